"""The JSON API at /api/v1: bearer tokens, problem documents, OpenAPI."""

import json
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from flask.views import MethodView
from flask_smorest import Api, Blueprint
from flask_wtf.csrf import CSRFProtect
from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.exceptions import BadRequest

from ..db import clock as time_of
from ..errors import NotSignedIn, TooLarge
from ..events.models import Event
from ..publishing import outbox
from ..record import history
from ..record.models import Revision
from ..review import deciding, proposing
from ..wording.names import clean_line
from . import snapshots
from .deciding import PRESSED_BY
from .guard import draft_or_404, event_or_404, require
from .identity import actor
from .services import reading, services, writing

PAGE = 50


MOST = 9_999_999
BODY_BYTES = 64 * 1024
NUMBER = validate.Range(0, MOST)


class Lenient(Schema):
    class Meta:
        unknown = EXCLUDE


class ProposalArguments(Lenient):
    summary = fields.String(required=True, validate=validate.Length(max=2000))


class ProposalAnswer(Schema):
    id = fields.Integer()
    base = fields.Integer(metadata={"description": "the published version it was compared with; 0 before the first"})
    state = fields.String()


class AcceptArguments(Lenient):
    base = fields.Integer(
        metadata={"description": "the version you have seen the difference from, if not the proposal's"}
    )


class AcceptAnswer(Schema):
    revision = fields.Integer(
        allow_none=True, metadata={"description": "null where several editors have to agree and not enough have"}
    )
    url = fields.String(allow_none=True)
    commit = fields.String(allow_none=True, metadata={"description": "null until it is written"})


class PageArguments(Lenient):
    before = fields.Integer(
        load_default=None, validate=NUMBER, metadata={"description": "only versions below this number"}
    )


class RevisionAnswer(Schema):
    revision = fields.Integer()
    url = fields.String()
    commit = fields.String(allow_none=True)
    summary = fields.String()
    kind = fields.String()
    released = fields.DateTime()
    withdraws = fields.Integer(allow_none=True)


class DeliveryAnswer(Schema):
    id = fields.Integer()
    channel = fields.String()
    kind = fields.String()
    draft = fields.String()
    revision = fields.Integer()
    state = fields.String()
    attempts = fields.Integer()
    url = fields.String(allow_none=True)
    error = fields.String(allow_none=True)


blueprint = Blueprint("api", "api", url_prefix="/api/v1", description="Events, drafts, versions and their posts")


def register(app: Flask, csrf: CSRFProtect) -> None:
    """Mount the API. It takes bearer tokens only, never the cookie, so it needs no form token."""
    app.config.update(
        API_TITLE="Drafting", API_VERSION="v1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json", API_SPEC_OPTIONS={
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )  # fmt: skip
    csrf.exempt(blueprint)
    Api(app).register_blueprint(blueprint)


@blueprint.before_request
def readable() -> None:
    """Refuse what is too large, nested or long for a reader of JSON to survive, before anybody reads it."""
    body = request.get_data(cache=True)
    if len(body) > BODY_BYTES:
        raise TooLarge(f"An API call takes at most {BODY_BYTES} bytes.")
    try:
        json.loads(body or b"null")
    except (ValueError, RecursionError) as error:  # ValueError: also digits without end
        raise BadRequest from error


def by_token() -> None:
    """Raises NotSignedIn unless the request carries a good bearer token."""
    if actor().person is None:
        raise NotSignedIn("Send a token: Authorization: Bearer …")


@blueprint.route("/events/<event>/drafts/<draft>/proposals")
class Proposals(MethodView):
    @blueprint.arguments(ProposalArguments)
    @blueprint.response(201, ProposalAnswer)
    def post(self, said: dict[str, Any], event: str, draft: str) -> dict[str, Any]:
        """Put the live text, as it is on disk now, forward as the next version."""
        by_token()
        _, found = draft_or_404(event, draft, "put_forward")
        snapshot = snapshots.take(found.id)
        summary = clean_line(said["summary"], proposing.SUMMARY_LIMIT)
        with writing() as session:
            made = proposing.put_forward(
                session, session.merge(found, load=False), snapshot, summary=summary, by=actor().id, at=time_of(session)
            )
            return {"id": made.id, "base": made.base, "state": made.state}


@blueprint.route(f"/proposals/<int(max={MOST}):proposal_id>/accept")
class Acceptance(MethodView):
    @blueprint.arguments(AcceptArguments)
    @blueprint.response(200, AcceptAnswer)
    @blueprint.alt_response(202, schema=AcceptAnswer, description="you agreed; more editors have to")
    @blueprint.alt_response(409, description="the base moved or it was decided already; `base` is the current version")
    def post(self, said: dict[str, Any], proposal_id: int) -> tuple[dict[str, Any], int]:
        """Publish it as the next version, if nothing was published since its base; or agree, where several have to."""
        by_token()
        proposal = proposing.find(reading(), proposal_id)
        event_or_404(reading().get_one(Event, proposal.event_id).slug, PRESSED_BY.get(proposal.rule["kind"], "accept"))
        seen_base = said.get("base", proposal.base)
        with writing() as session:
            made = deciding.press(
                session, services().house, proposal_id, seen_base=seen_base, by=actor().id, at=time_of(session)
            )
            if made is None:
                return {"revision": None, "url": None, "commit": None}, 202
            return {"revision": made.number, "url": made.url, "commit": made.commit_id}, 200


@blueprint.route("/events/<event>/drafts/<draft>/revisions")
class Revisions(MethodView):
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, RevisionAnswer(many=True))
    def get(self, said: dict[str, Any], event: str, draft: str) -> list[dict[str, Any]]:
        """Published versions, newest first, 50 a page."""
        _, found = draft_or_404(event, draft)
        page = history.page_of(reading(), found.id, before=said["before"], limit=PAGE)
        return [_revision(row) for row in page]


@blueprint.route("/events/<event>/deliveries")
class Deliveries(MethodView):
    @blueprint.response(200, DeliveryAnswer(many=True))
    def get(self, event: str) -> list[dict[str, Any]]:
        """What became of the posts, newest first."""
        by_token()
        found = event_or_404(event)
        require("accept", found.id)
        rows = outbox.ledger(reading(), found.id)
        wanted = sa.select(Revision.id, Revision.draft_slug, Revision.number).where(Revision.event_id == found.id)
        names = {row.id: row for row in reading().execute(wanted)}
        return [
            {
                "id": entry.delivery_id, "channel": entry.channel, "kind": entry.kind, "state": entry.state,
                "draft": names[entry.revision_id].draft_slug, "revision": names[entry.revision_id].number,
                "attempts": entry.attempts, "url": entry.url, "error": entry.error,
            }
            for entry in rows
        ]  # fmt: skip


def _revision(row: Revision) -> dict[str, Any]:
    return {
        "revision": row.number, "url": row.url, "commit": row.commit_id, "summary": row.summary, "kind": row.kind,
        "released": row.released, "withdraws": row.withdraws,
    }  # fmt: skip

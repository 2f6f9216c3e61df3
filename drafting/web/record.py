"""The public history: how to check it, its keys, and cloning it."""

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ..events.models import Event
from ..record import message
from ..record.cloning import Answer, Clones, inflate
from ..record.models import Revision
from .guard import event_or_404
from .services import NAME, reading, services

blueprint = Blueprint("record", __name__)

CLONES = "drafting.clones"
SIGNERS = "/.well-known/allowed_signers"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """One count of clones per process; git sends no form token."""
    extensions = state.app.extensions
    settings = extensions[NAME].settings
    extensions[CLONES] = Clones(settings.repo_store, settings.limits)
    extensions["csrf"].exempt(upload_pack)


@blueprint.get("/e/<event>/record")
def show(event: str) -> ResponseReturnValue:
    """What the history proves, and how to check it oneself."""
    found = event_or_404(event)
    public = sa.select(Revision).where(Revision.event_id == found.id, Revision.place.is_not(None))
    newest = public.order_by(Revision.place.desc()).limit(1)
    tip = reading().scalar(newest.where(Revision.commit_id.is_not(None)))
    last = reading().scalar(newest)
    return render_template(
        "record/record.html",
        event=found,
        tip=tip,
        pending=(last.place or 0) - (tip.place or 0 if tip else 0) if last else 0,
        signers=_signers(),
        signers_path=SIGNERS,
    )


def _signers() -> str:
    return services().signer.allowed_signers_line(message.service_address(services().settings.base_url))


@blueprint.get(SIGNERS)
def allowed_signers() -> ResponseReturnValue:
    """The keys that sign, as git and ssh-keygen read them."""
    return Response(_signers() + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/.well-known/security.txt")
def security() -> ResponseReturnValue:
    """Whom to tell about a hole."""
    contact = services().settings.operator_contact
    if not contact:
        return Response("# The operator of this site has named no contact.\n", 404, content_type="text/plain")
    address = contact if ":" in contact else f"mailto:{contact}"
    return Response(f"Contact: {address}\nPreferred-Languages: en\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/e/<event>/record.git/info/refs")
def info_refs(event: str) -> ResponseReturnValue:
    """What a clone begins with."""
    found = event_or_404(event)
    if request.args.get("service") != "git-upload-pack":
        text = "This history can be copied with git, and not changed.\n"
        return Response(text, 403, content_type="text/plain; charset=utf-8")
    return _streamed(_clones().advertise(found.slug, request.headers.get("Git-Protocol")), "advertisement")


@blueprint.post("/e/<event>/record.git/git-upload-pack")
def upload_pack(event: str) -> ResponseReturnValue:
    """What a clone goes on with: the answer is handed on as git makes it."""
    found: Event = event_or_404(event)
    limit = services().settings.limits.clone_request_bytes
    request.max_content_length = limit
    body = request.get_data()
    if request.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip"):
        body = inflate(body, limit)
    return _streamed(_clones().upload_pack(found.slug, body, request.headers.get("Git-Protocol")), "result")


def _clones() -> Clones:
    clones = current_app.extensions[CLONES]
    assert isinstance(clones, Clones)
    return clones


def _streamed(answer: Answer, part: str) -> Response:
    response = Response(answer, content_type=f"application/x-git-upload-pack-{part}")
    response.headers["Cache-Control"] = "no-cache, max-age=0, must-revalidate"
    response.call_on_close(answer.close)
    return response

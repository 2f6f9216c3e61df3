"""The public history: how to check it, its keys, and cloning it."""

from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ..errors import NotFound, Withheld
from ..events.models import Event
from ..record import bundling, counting, message, redacting, verify
from ..record.cloning import Answer, Clones, inflate
from ..record.models import Revision
from . import files
from .guard import event_or_404, hidden_texts
from .services import NAME, reading, services

blueprint = Blueprint("record", __name__)

CLONES = "drafting.clones"
SIGNERS = "/.well-known/allowed_signers"
SCRIPT = "/-/verify.py"
RECORD = "/record.git/"


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
        withheld=_withheld(found),
        untold=tip is not None and tip.draft_id in hidden_texts(found.id),
        pending=(last.place or 0) - (tip.place or 0 if tip else 0) if last else 0,
        bundle=bundling.newest(services().settings.parcels, found.slug),
        principal=message.service_address(services().settings.base_url),
        signers=counting.counting(reading(), found.id, _signers()),
        script_path=SCRIPT,
        signers_path=f"/e/{found.slug}/-/allowed_signers",
        redactions=redacting.of_event(reading(), found.id),
    )


def _signers() -> str:
    return counting.own(services().signer, services().settings.base_url)


@blueprint.get(SIGNERS)
def allowed_signers() -> ResponseReturnValue:
    """The keys that sign, as git and ssh-keygen read them."""
    return Response(_signers(), content_type="text/plain; charset=utf-8")


@blueprint.get(SCRIPT)
def script() -> ResponseReturnValue:
    """The program that checks a history, to read and to keep."""
    response = Response(Path(verify.__file__).read_bytes(), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/e/<event>/-/allowed_signers")
def allowed_signers_of(event: str) -> ResponseReturnValue:
    """The keys that count in this event's record: those of the installation that it came from, too."""
    found = event_or_404(event)
    lines = counting.counting(reading(), found.id, _signers())
    return Response(lines + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/.well-known/security.txt")
def security() -> ResponseReturnValue:
    """Whom to tell about a hole."""
    contact = services().settings.operator_contact
    if not contact:
        return Response("# The operator of this site has named no contact.\n", 404, content_type="text/plain")
    address = contact if ":" in contact else f"mailto:{contact}"
    return Response(f"Contact: {address}\nPreferred-Languages: en\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/e/<event>/record.bundle")
def bundle(event: str) -> ResponseReturnValue:
    """The whole history in one file, as it was made after the last version; never made while somebody waits."""
    found = _open_record(event)
    made = _bundle_of(found)
    name = f"{found.slug}.bundle"
    return files.fetched(made.file, made.sha256, name, "application/x-git-bundle", public=found.hidden is None)


@blueprint.get("/e/<event>/record.bundle.sig")
def bundle_signature(event: str) -> ResponseReturnValue:
    """Our signature of it, for `ssh-keygen -Y verify`."""
    found = _open_record(event)
    made = _bundle_of(found)
    name = f"{found.slug}.bundle.sig"
    return files.fetched(made.signature, f"{made.sha256}.sig", name, "text/plain", public=found.hidden is None)


def _bundle_of(event: Event) -> bundling.Bundle:
    made = bundling.newest(services().settings.parcels, event.slug)
    if made is None or redacting.successor(reading(), event.id, made.tip) is not None:
        raise NotFound("The history in one file is made a few seconds after the first version is published.")
    return made


def is_copying(path: str) -> bool:
    """Whether git asks."""
    return RECORD in path


@blueprint.get("/e/<event>/record.git/info/refs")
def info_refs(event: str) -> ResponseReturnValue:
    """What a clone begins with."""
    found = _open_record(event)
    if request.args.get("service") != "git-upload-pack":
        text = "This history can be copied with git, and not changed.\n"
        return Response(text, 403, content_type="text/plain; charset=utf-8")
    return _streamed(_clones().advertise(found.slug, request.headers.get("Git-Protocol")), "advertisement")


@blueprint.post("/e/<event>/record.git/git-upload-pack")
def upload_pack(event: str) -> ResponseReturnValue:
    """What a clone goes on with: the answer is handed on as git makes it."""
    found = _open_record(event)
    limit = services().settings.limits.clone_request_bytes
    request.max_content_length = limit
    body = request.get_data()
    if request.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip"):
        body = inflate(body, limit)
    return _streamed(_clones().upload_pack(found.slug, body, request.headers.get("Git-Protocol")), "result")


def _open_record(event: str) -> Event:
    """The event whose history may be copied now. Raises Withheld."""
    found = event_or_404(event)
    if why := _withheld(found):
        raise Withheld(why)
    return found


def _withheld(event: Event) -> str:
    """Why nobody can copy the history now: words are taken out of it, or one of its texts, which are all in it, is
    hidden. Empty if they can.
    """
    if redacting.is_under_way(reading(), event.id):
        return "The public history is being written anew. Please try again in a minute."
    if hidden_texts(event.id):
        return "The public history cannot be copied right now: something in it is looked into. Try again later."
    return ""


def _clones() -> Clones:
    clones = current_app.extensions[CLONES]
    assert isinstance(clones, Clones)
    return clones


def _streamed(answer: Answer, part: str) -> Response:
    response = Response(answer, content_type=f"application/x-git-upload-pack-{part}")
    response.headers["Cache-Control"] = "no-cache, max-age=0, must-revalidate"
    response.call_on_close(answer.close)
    return response

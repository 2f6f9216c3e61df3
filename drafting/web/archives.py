"""The event as one file, for whoever runs it: asked for here, made by the worker."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..db import now
from ..errors import NotFound
from ..events.models import Event
from ..facts import ArchiveAsked, FactRow, record
from ..proceedings import archives, exporting
from . import files
from .guard import event_or_404
from .identity import signed_in
from .services import reading, services, writing

blueprint = Blueprint("archives", __name__)


@blueprint.route("/e/<event>/-/archive", methods=["GET", "POST"])
def archive(event: str) -> ResponseReturnValue:
    """What is in it, whether it is ready, and a button that has it made."""
    found = event_or_404(event, "manage_event")
    if request.method == "POST":
        exporting.may_leave(reading(), found.id)
        if not _is_being_made(found):
            with writing() as session:
                record(session, ArchiveAsked(found.id, signed_in().id), now())
        flash("The file is being made. Look here again in a moment.")
        return redirect(f"/e/{event}/-/archive", 303)
    ready = archives.newest(services().settings.parcels, found.slug)
    return render_template(
        "events/archive.html",
        event=found,
        being_made=_is_being_made(found),
        made=archives.made_at(ready) if ready else None,
        goes=archives.made_at(ready) + archives.KEPT if ready else None,
        size_bytes=ready.stat().st_size if ready else 0,
    )


@blueprint.get("/e/<event>/-/archive/event.zip")
def fetch(event: str) -> ResponseReturnValue:
    """The file itself."""
    found = event_or_404(event, "manage_event")
    file = archives.newest(services().settings.parcels, found.slug)
    if file is None:
        raise NotFound("There is no such file now. It is kept for a day: have it made anew.")
    etag = file.resolve().parent.name
    return files.fetched(file, etag, f"{found.slug}.zip", "application/zip", public=False)


def _is_being_made(event: Event) -> bool:
    asked = sa.select(FactRow.id).where(FactRow.event_id == event.id, FactRow.kind == ArchiveAsked.__name__)
    return reading().scalar(asked.where(FactRow.done_at.is_(None)).limit(1)) is not None

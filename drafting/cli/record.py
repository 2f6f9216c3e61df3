"""Checking and rebuilding public histories, and the database behind them."""

from collections.abc import Sequence
from pathlib import Path

import click
import sqlalchemy as sa

from ..db import now
from ..errors import Invalid
from ..events import opening
from ..events.models import Event
from ..installation import Installation
from ..record import comparison, counting, keys, projection
from ..record import verify as script
from ..record.alarm import RecordAlarm
from ..record.places import location
from .common import Answer, answering, open_here


@click.group()
def record() -> None:
    """The public history of an event."""


@record.command("verify")
@click.argument("event")
@click.option(
    "--seen", multiple=True, metavar="CLONE-OR-COMMIT", help="What was there earlier and must be there still."
)
@answering
def verify(event: str, seen: tuple[str, ...]) -> Answer:
    """Check every commit of EVENT, of a clone at a path with a slash in it, or of another site at its address."""
    problems = problems_of(open_here(), event, seen)
    if problems:
        raise click.ClickException("\n".join(problems))
    return {"ok": True}, "Every version is there, in order, unaltered and signed."


def problems_of(here: Installation, event: str, seen: Sequence[str] = ()) -> list[str]:
    """An event is compared with the database too; a path or an address is checked as a stranger would.

    Raises NotFound, or Invalid for what cannot be checked.
    """
    try:
        signers = counting.own(here.signer, here.settings.base_url)
        if "/" in event:
            return script.examine(event, None if "://" in event else signers, seen).problems
        with here.database.read() as session:
            found = opening.find(session, event)
            signers = counting.counting(session, found.id, signers)
        store = here.settings.repo_store
        problems = comparison.differences(here.database, store, found.id, signers)
        return problems + (_gone(location(store, event), seen) if seen else [])
    except (script.CannotCheck, RecordAlarm) as error:
        raise Invalid(str(error)) from error


def _gone(path: Path, seen: Sequence[str]) -> list[str]:
    """What of an earlier copy or commit is gone or changed."""
    report = script.Report(script.check(path).versions)
    for each in seen:
        script.still_there(each, report, path)
    return report.problems


@record.command("rebuild")
@click.argument("event")
@answering
def rebuild(event: str) -> Answer:
    """Write the history of EVENT again from the database: the same commit ids."""
    here = open_here()
    with here.database.read() as session:
        found = opening.find(session, event)
    try:
        tip = projection.rebuild(here.database, here.settings.repo_store, found.id)
    except RecordAlarm as alarm:
        raise click.ClickException(f"Nothing was replaced: {alarm}.") from alarm
    return {"event": event, "tip": tip}, f"Rebuilt; the newest commit is {tip}."


@record.command("rotate-key")
@answering
def rotate_key() -> Answer:
    """Sign new versions with a new key. Running servers notice by themselves; what was signed before stays good."""
    here = open_here()
    with here.database.read() as session:
        events = list(session.scalars(sa.select(Event.id).order_by(Event.id)))
    try:
        for event_id in events:
            projection.project(here.database, here.settings.repo_store, here.signer, event_id)
        key = keys.rotate(here.signer, now())
    except RecordAlarm as alarm:
        raise click.ClickException(f"The key was not changed, because {alarm}. See: drafting doctor") from alarm
    return {"key": key}, (
        f"From now on versions are signed with {key}\nThe old key is destroyed; its public line stays on the list of "
        "allowed signers. Backups made before still hold the old key. Tell whoever keeps a copy of the list."
    )


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@answering
def upgrade_database() -> Answer:
    """Bring the database to the newest migration. `run` does this by itself."""
    return {"ok": True}, f"The database at {open_here().settings.data} is up to date."


COMMANDS = (record, db)

"""Checking and rebuilding public histories, and the database behind them."""

from pathlib import Path

import click

from ..events import opening
from ..record import projection, verification
from ..record.alarm import RecordAlarm
from ..web.services import Services
from .common import Answer, answering, open_app, open_services, services_of
from .schema import upgrade


@click.group()
def record() -> None:
    """The public history of an event."""


@record.command("verify")
@click.argument("event")
@answering
def verify(event: str) -> Answer:
    """Check every commit of EVENT, or of a clone at a path with a slash in it: signed, in order, complete."""
    services = open_services()
    problems = problems_of(services, event)
    if problems:
        raise click.ClickException("\n".join(problems))
    return {"ok": True}, "Every version is there, in order, unaltered and signed."


def problems_of(services: Services, event: str) -> list[str]:
    """An event is compared with the database too; a path is checked as a stranger would. Raises NotFound."""
    signers = services.signer.allowed_signers_line(f"record@{services.settings.host}")
    if "/" in event:
        return verification.verify(Path(event), signers)
    with services.database.read() as session:
        found = opening.find(session, event)
    return verification.verify_event(services.database, services.settings.repo_store, found.id, signers)


@record.command("rebuild")
@click.argument("event")
@answering
def rebuild(event: str) -> Answer:
    """Write the history of EVENT again from the database: the same commit ids."""
    services = open_services()
    with services.database.read() as session:
        found = opening.find(session, event)
    try:
        tip = projection.rebuild(services.database, services.settings.repo_store, found.id)
    except RecordAlarm as alarm:
        raise click.ClickException(f"Nothing was replaced: {alarm}.") from alarm
    return {"event": event, "tip": tip}, f"Rebuilt; the newest commit is {tip}."


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@answering
def upgrade_database() -> Answer:
    """Bring the database to the newest migration. `run` does this by itself."""
    app = open_app()
    upgrade(app)
    return {"ok": True}, f"The database at {services_of(app).settings.data} is up to date."


COMMANDS = (record, db)

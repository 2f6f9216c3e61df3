"""Checking and rebuilding public histories, and the database behind them."""

from pathlib import Path

import click

from ..events import opening
from ..record import projection, verification
from .common import Answer, answering, open_app, open_services, services_of
from .schema import upgrade


@click.group()
def record() -> None:
    """The public history of an event."""


@record.command("verify")
@click.argument("event")
@answering
def verify(event: str) -> Answer:
    """Check every commit of EVENT, or of a clone at a path: signed, in order, complete."""
    services = open_services()
    signers = services.signer.allowed_signers_line(f"record@{services.settings.host}")
    path = Path(event)
    if not path.is_dir():
        with services.database.read() as session:
            opening.find(session, event)
        path = services.settings.repo_store / f"{event}.git"
    problems = verification.verify(path, signers)
    if problems:
        raise click.ClickException("\n".join(problems))
    return {"ok": True}, "Every version is there, in order, unaltered and signed."


@record.command("rebuild")
@click.argument("event")
@answering
def rebuild(event: str) -> Answer:
    """Write the history of EVENT again from the database: the same commit ids."""
    services = open_services()
    with services.database.read() as session:
        found = opening.find(session, event)
    tip = projection.rebuild(services.database, services.settings.repo_store, found.id)
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

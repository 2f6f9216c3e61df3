"""Copies of public histories elsewhere, by command: what the pages under “Copies of the history” do."""

from typing import TextIO

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import now
from ..events import opening
from ..events.models import Event
from ..witnesses import mirrors
from ..witnesses.mirrors import Standing
from ..witnesses.models import Mirror
from .common import Answer, answering, open_here


@click.group()
def mirror() -> None:
    """Copies of the public history of an event, elsewhere."""


@mirror.command("list")
@answering
def list_mirrors() -> Answer:
    """Every copy, and how far it is."""
    here = open_here()
    with here.database.read() as session:
        events = list(session.execute(sa.select(Event.id, Event.slug).order_by(Event.id)))
        found = [(event.slug, standing) for event in events for standing in mirrors.standings(session, event.id)]
    facts = [_facts(slug, standing) for slug, standing in found]
    return {"mirrors": facts}, "\n".join(_words(slug, standing) for slug, standing in found) or "There are no copies."


def _facts(slug: str, standing: Standing) -> dict[str, object]:
    row = standing.mirror
    return {
        "id": row.id,
        "event": slug,
        "address": row.address,
        "behind": standing.behind,
        "since": standing.since.isoformat() if standing.since else None,
        "paused": row.paused is not None,
        "changed_by_somebody": row.foreign_id,
        "attempts": row.attempts,
        "error": row.last_error,
    }


def _words(slug: str, standing: Standing) -> str:
    row = standing.mirror
    state = f"{standing.behind} behind" if standing.behind else "complete"
    if row.foreign_id:
        state = f"CHANGED BY SOMEBODY: it ends with {row.foreign_id}"
    elif row.paused:
        state += ", paused"
    return f"{row.id:6} {slug}  {row.address}  {state}  {row.last_error or ''}".rstrip()


@mirror.command("add")
@click.argument("event")
@click.argument("address")
@click.option("--user", default="", help="The name that goes with the token, if that place wants a certain one.")
@click.option("--token-file", type=click.File(), help="A file with the token in its first line; - reads it from here.")
@answering
def add(event: str, address: str, user: str, token_file: TextIO | None) -> Answer:
    """Send every published version of EVENT to the git repository at ADDRESS, too."""
    here = open_here()
    token = token_file.readline(mirrors.TOKEN_LIMIT + 2).strip() if token_file else ""
    place = mirrors.read(here.settings, address=address, user=user, token=token)
    mirrors.check(here.settings, place)
    with here.database.write() as session:
        found = opening.find(session, event)
        made = mirrors.add(session, here.vault, place, event_id=found.id, at=now())
    return {"id": made.id}, f"Copy {made.id} is begun; the worker brings it up to date."


@mirror.command("pause")
@click.argument("mirror_id", type=int)
@answering
def pause(mirror_id: int) -> Answer:
    """Send nothing there for now."""
    with open_here().database.write() as session:
        mirrors.pause(session, _event_of(session, mirror_id), mirror_id, now())
    return {"id": mirror_id}, "It is paused."


@mirror.command("resume")
@click.argument("mirror_id", type=int)
@answering
def resume(mirror_id: int) -> Answer:
    """Go on, or look again now at one that failed or was changed."""
    with open_here().database.write() as session:
        mirrors.resume(session, _event_of(session, mirror_id), mirror_id, now())
    return {"id": mirror_id}, "It goes on now."


@mirror.command("remove")
@click.argument("mirror_id", type=int)
@click.confirmation_option(prompt="Nothing more is sent there and the token is forgotten. Remove the copy?")
@answering
def remove(mirror_id: int) -> Answer:
    """Forget a copy. What is there already stays there."""
    with open_here().database.write() as session:
        mirrors.remove(session, _event_of(session, mirror_id), mirror_id, now())
    return {"id": mirror_id}, "It is removed."


def _event_of(session: Session, mirror_id: int) -> int:
    """0 for a number that is no copy's: `mirrors` then says that there is none."""
    row = session.get(Mirror, mirror_id)
    return row.event_id if row else 0


COMMANDS = (mirror,)

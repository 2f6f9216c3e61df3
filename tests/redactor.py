"""Whoever runs an event takes words out of a running product, as the page does it, in a process beside the server's."""

from pathlib import Path

import sqlalchemy as sa

from drafting import reactions
from drafting.db import Database, now, prepare
from drafting.drafts.models import Draft
from drafting.drafts.striking import pattern
from drafting.people.models import Person
from drafting.record.models import Redaction
from drafting.record.redacting import holding, is_under_way
from drafting.review.redacting import redact
from tests.product import until


def takes_out(database_file: Path, draft: str, words: str, because: str) -> None:
    """Until the new lineage is written and signed."""
    database = Database(prepare(sa.create_engine(f"sqlite:///{database_file}")), at_once=reactions.at_once)
    wanted = pattern(words)
    with database.read() as session:
        found = session.scalars(sa.select(Draft).where(Draft.slug == draft)).one()
        held = holding(session, found.id, wanted)
        by = session.scalars(sa.select(Person.id).order_by(Person.id)).first() or 0
    with database.write() as session:
        made: Redaction = redact(session, held, wanted, because=because, by=by, at=now())
        event_id = made.event_id

    def is_signed() -> bool:
        with database.read() as session:
            return not is_under_way(session, event_id)

    until(is_signed, why="no statement")
    database.close()

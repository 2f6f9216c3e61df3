"""What pages ask of the record. Only released revisions are found, except where a name says otherwise.

Lists come without `text` and `commit_object`; touching those raises, so that no page of fifty loads fifty texts.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from ..people.models import Person
from .models import Credit, Part, Revision

PAGE = 50
WITHOUT_TEXT = (defer(Revision.text, raiseload=True), defer(Revision.commit_object, raiseload=True))
WITH_TEXT = (defer(Revision.commit_object, raiseload=True),)


def latest(session: Session, draft_id: int) -> Revision | None:
    """The draft's newest published version, with its text."""
    return session.scalar(_released(draft_id).order_by(Revision.number.desc()).limit(1).options(*WITH_TEXT))


def one(session: Session, draft_id: int, number: int) -> Revision | None:
    """One published version, with its text."""
    return session.scalar(_released(draft_id).where(Revision.number == number).options(*WITH_TEXT))


def page_of(session: Session, draft_id: int, before: int | None = None, limit: int = PAGE) -> list[Revision]:
    """Published versions, newest first; those with numbers under `before`, if it is given."""
    rows = _released(draft_id).order_by(Revision.number.desc()).limit(limit).options(*WITHOUT_TEXT)
    return list(session.scalars(rows if before is None else rows.where(Revision.number < before)))


def count(session: Session, draft_id: int) -> int:
    """How many versions are published."""
    public = (Revision.draft_id == draft_id, Revision.released.is_not(None))
    return session.scalars(sa.select(sa.func.count(Revision.id)).where(*public)).one()


def newest_of_event(
    session: Session, event_id: int, limit: int = PAGE, *, without: Sequence[int] = ()
) -> list[Revision]:
    """What was published in the event, newest first, of all drafts but those with ids in `without`."""
    rows = sa.select(Revision).where(Revision.event_id == event_id, Revision.place.is_not(None))
    if without:
        rows = rows.where(Revision.draft_id.not_in(without))
    return list(session.scalars(rows.order_by(Revision.place.desc()).limit(limit).options(*WITHOUT_TEXT)))


def tip(session: Session, event_id: int) -> str | None:
    """The newest commit of the event's record, as pages and feeds name it."""
    written = sa.select(Revision.commit_id).where(Revision.event_id == event_id, Revision.commit_id.is_not(None))
    return session.scalar(written.order_by(Revision.place.desc()).limit(1))


def neighbours(session: Session, draft_id: int, number: int) -> tuple[int | None, int | None]:
    """Numbers of the published versions before and after this one."""
    before = sa.select(sa.func.max(Revision.number)).where(Revision.number < number)
    after = sa.select(sa.func.min(Revision.number)).where(Revision.number > number)
    public = (Revision.draft_id == draft_id, Revision.released.is_not(None))
    return session.scalar(before.where(*public)), session.scalar(after.where(*public))


def awaiting(session: Session, draft_id: int) -> list[Revision]:
    """Accepted but not public, oldest first; held ones too. With texts: for people of the event only."""
    rows = sa.select(Revision).where(Revision.draft_id == draft_id, Revision.released.is_(None))
    return list(session.scalars(rows.order_by(Revision.number).options(*WITH_TEXT)))


def next_number(session: Session, draft_id: int) -> int:
    """The number that the next accepted version will have, counting those that are not public."""
    newest = session.scalar(sa.select(sa.func.max(Revision.number)).where(Revision.draft_id == draft_id))
    return (newest or 0) + 1


def credits(session: Session, revision_id: int) -> list[tuple[Credit, Person]]:
    """Who is credited for a revision, most words first. Show `Person.credit_name`, else the team."""
    rows = sa.select(Credit, Person).join(Person, Person.id == Credit.person_id)
    rows = rows.where(Credit.revision_id == revision_id).order_by(Credit.words.desc(), Credit.person_id)
    return [(credit, person) for credit, person in session.execute(rows)]


def parts(session: Session, revision_id: int) -> list[tuple[str, Person]]:
    """Who suggested, asked and facilitated, in the order in which they came here. Show `Person.credit_name`."""
    rows = sa.select(Part.part, Person).join(Person, Person.id == Part.person_id)
    return [
        (part, person)
        for part, person in session.execute(rows.where(Part.revision_id == revision_id).order_by(Part.person_id))
    ]


def _released(draft_id: int) -> sa.Select[Revision]:
    return sa.select(Revision).where(Revision.draft_id == draft_id, Revision.released.is_not(None))

"""What pages list: drafts and their state, versions, who wrote them."""

from dataclasses import dataclass

import sqlalchemy as sa

from ..drafts import strikes
from ..drafts.models import Draft, Strike
from ..events.models import Event
from ..people.models import JoinLink, Membership, Person
from ..people.rights import Role, as_role
from ..record import history
from ..record.models import Revision
from ..review import proposing
from ..review.models import Proposal
from ..wording.credits import credits_line
from . import words
from .services import reading


@dataclass(frozen=True)
class Entry:
    """A draft in a list. `newest` is its newest published version, 0 if there is none; `next` the number that its next
    one gets.
    """

    draft: Draft
    state: str
    put_forward: list[Proposal]
    newest: int
    next: int


HIDDEN = "Hidden for now, while something in it is looked into."


def events_of(person_id: int) -> list[tuple[Event, Role]]:
    """The events somebody is in, newest first, with what they are there."""
    mine = sa.select(Event, Membership.role).join(Membership, Membership.event_id == Event.id)
    rows = reading().execute(mine.where(Membership.person_id == person_id).order_by(Event.id.desc()))
    return [(event, as_role(role) or "reader") for event, role in rows]


def drafts_of(event_id: int) -> list[Draft]:
    """The event's drafts, newest first."""
    return list(reading().scalars(sa.select(Draft).where(Draft.event_id == event_id).order_by(Draft.id.desc())))


def entries(event_id: int) -> list[Entry]:
    """The event's drafts, newest first, each with how far it is, in words."""
    drafts = drafts_of(event_id)
    is_open = reading().scalar(sa.select(Event.state).where(Event.id == event_id)) == "open"
    public = sa.select(sa.func.max(Revision.number)).where(Revision.released.is_not(None))
    of_draft = public.where(Revision.draft_id == Draft.id).correlate(Draft).scalar_subquery()
    rows = sa.select(Revision).join(Draft, sa.and_(Draft.id == Revision.draft_id, Revision.number == of_draft))
    newest = {
        row.draft_id: row
        for row in reading().scalars(rows.where(Draft.event_id == event_id).options(*history.WITHOUT_TEXT))
    }
    waiting = proposing.open_ones(reading(), [draft.id for draft in drafts])
    return [
        Entry(
            draft=draft,
            state=HIDDEN if draft.hidden else _state(newest.get(draft.id), is_open),
            put_forward=[proposal for proposal in waiting if proposal.draft_id == draft.id],
            newest=newest[draft.id].number if draft.id in newest else 0,
            next=history.next_number(reading(), draft.id),
        )
        for draft in drafts
    ]


def _state(newest: Revision | None, is_open: bool) -> str:
    if newest is None or newest.released is None:
        return "Being written. Nothing published yet." if is_open else "Nothing was published."
    return f"Version {newest.number}, published {words.clock(newest.released)}."


def accepted_text(draft_id: int, number: int) -> str:
    """The text of a version, public or not; empty for version 0."""
    wanted = sa.select(Revision.text).where(Revision.draft_id == draft_id, Revision.number == number)
    return reading().scalar(wanted) or ""


def taken_back_by(draft_id: int, number: int) -> Revision | None:
    """The public version that took this one back."""
    wanted = sa.select(Revision).where(
        Revision.draft_id == draft_id, Revision.withdraws == number, Revision.released.is_not(None)
    )
    return reading().scalar(wanted.options(*history.WITHOUT_TEXT).limit(1))


def taken_back_with(draft_id: int, text: str) -> Revision | None:
    """The version that took back a version with exactly this text, if it was not published again since."""
    numbers = list(
        reading().scalars(sa.select(Revision.number).where(Revision.draft_id == draft_id, Revision.text == text))
    )
    by = sa.select(Revision).where(Revision.draft_id == draft_id, Revision.withdraws == max(numbers, default=0))
    return reading().scalar(by.options(*history.WITHOUT_TEXT).limit(1))


@dataclass(frozen=True)
class Credits:
    """Who wrote a version, and who suggested, asked and facilitated, in words; and whether that names anybody: names
    can be withdrawn. Empty where nobody did.
    """

    line: str
    suggested: str
    asked: str
    facilitated: str
    names_somebody: bool


OTHERS = {"suggested": "people at the event", "asked": "people at the event", "facilitated": "the organising team"}
"""What those are called who are not named."""


def credits_of(revision: Revision) -> Credits:
    """Names of those who want it now, the team for everybody else."""
    people = [person for _, person in history.credits(reading(), revision.id)]
    parts = history.parts(reading(), revision.id)
    told = {part: [person for name, person in parts if name == part] for part in OTHERS}
    return Credits(
        line=_named(people, "the drafting team"),
        **{part: _named(some, OTHERS[part]) if some else "" for part, some in told.items()},
        names_somebody=any(person.credit_name for person in (*people, *(person for _, person in parts))),
    )


def _named(people: list[Person], team: str) -> str:
    names = [person.credit_name for person in people if person.credit_name]
    return credits_line(names, others=len(names) < len(people), team=team)


def struck(draft_id: int) -> list[tuple[Strike, str]]:
    """Strikes in a draft, newest first, and who did it."""
    found = strikes.of_draft(reading(), draft_id)
    people = {made.person_id: reading().get_one(Person, made.person_id) for made in found}
    return [(made, people[made.person_id].public_name or "a facilitator") for made in found]


def task_of(event_id: int, person_id: int) -> Draft | None:
    """The text that awaits somebody in an event: the one of the link they joined by, otherwise the newest open one."""
    linked = (
        sa.select(Draft)
        .join(JoinLink, JoinLink.draft_id == Draft.id)
        .join(Membership, Membership.link_id == JoinLink.id)
        .where(Membership.person_id == person_id, Membership.event_id == event_id)
    )
    newest = sa.select(Draft).where(Draft.event_id == event_id, Draft.frozen.is_(None)).order_by(Draft.id.desc())
    return reading().scalar(linked) or reading().scalar(newest.limit(1))

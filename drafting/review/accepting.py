"""Accepting a proposal: one transaction that makes one numbered revision, with everything its commit will contain."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..drafts.models import Draft
from ..errors import Stale
from ..events.models import Event
from ..events.promising import as_frozen, current
from ..facts import RevisionAccepted, record
from ..people.models import Person
from ..people.tokens import Mint
from ..record.models import Credit, Revision
from . import declaring, thanking
from .crediting import TEAM_NAME, credited
from .models import Proposal
from .proposing import find, latest_number, settle


@dataclass(frozen=True)
class House:
    """What an acceptance needs to know of the installation."""

    base_url: str
    host: str
    mint: Mint
    notes_wait: timedelta


def accept(
    session: Session, house: House, proposal_id: int, *, seen_base: int, how: str, by: int | None, at: datetime
) -> Revision:
    """Make the proposal the draft's next version. `how`: the rule that was met, in words and numbers.

    `seen_base` is the version that the difference shown to the editor started from. Raises Stale, with the number of
    the current version in `facts["base"]`, if another version came in between or the proposal was decided already:
    exactly one of two editors wins.
    """
    proposal = find(session, proposal_id)
    base = latest_number(session, proposal.draft_id)
    if not settle(session, proposal_id, to="accepted", by=by, at=at):
        raise Stale("This was already decided.", base=base)
    if base != seen_base:
        raise Stale(f"Version {base} was published in the meantime. Please look at the difference again.", base=base)
    revision = enter(session, house, proposal, base=base, how=how, by=by, at=at)
    proposal.revision_id = revision.id
    return revision


def enter(
    session: Session, house: House, proposal: Proposal, *, base: int, how: str, by: int | None, at: datetime
) -> Revision:
    """Insert the revision after `base`, with its credits, and record that it was accepted.

    Raises Stale if the number is taken.
    """
    revision, credits = drawn_up(session, house, proposal, base=base, how=how, at=at)
    session.add(revision)
    try:
        session.flush()
    except IntegrityError as error:
        raise Stale(
            "Another version was published a moment ago. Please look at the difference again.", base=base + 1
        ) from error
    for credit in credits:
        credit.revision_id = revision.id
    session.add_all(credits)
    session.add_all(thanking.parts(session, revision, proposal))
    record(session, RevisionAccepted(revision.event_id, revision.id, revision.draft_id, by), at)
    session.refresh(revision)  # what followed at once may have released it
    return revision


def drawn_up(
    session: Session, house: House, proposal: Proposal, *, base: int, how: str, at: datetime
) -> tuple[Revision, list[Credit]]:
    """The revision that `proposal` would be after `base`, and whom it would credit. Nothing is stored."""
    draft = session.get_one(Draft, proposal.draft_id)
    event = session.get_one(Event, proposal.event_id)
    words = {int(person): count for person, count in proposal.words_by.items() if person}
    people = [session.get_one(Person, person_id) for person_id in credited(words)]
    pseudonyms = {person.id: house.mint.pseudonym(person.salt, draft.id) for person in people}
    revision = Revision(
        event_id=event.id, draft_id=draft.id, number=base + 1, event_slug=event.slug, event_title=event.title,
        draft_slug=draft.slug, title=draft.title, kind=draft.kind, text=proposal.text, summary=proposal.summary,
        withdraws=proposal.withdraws, rule=how, promise=as_frozen(current(session, event.id)),
        licence=event.licence, base_url=house.base_url, accepted=at,
        coauthors=_coauthors(people, pseudonyms, event.title, house.host),
        release_due=_release_due(session, event, house.notes_wait, at) if draft.kind == "notes" else at,
    )  # fmt: skip
    return revision, [Credit(person_id=p.id, words=words[p.id], pseudonym=pseudonyms[p.id]) for p in people]


def _release_due(session: Session, event: Event, wait: timedelta, at: datetime) -> datetime:
    """Notes become public when somebody is there to stop them: not in the night."""
    hours = declaring.hours_of(declaring.in_force(session, event.id), event)
    return hours.next(at + wait) if hours else at + wait


def _coauthors(people: list[Person], pseudonyms: dict[int, str], event_title: str, host: str) -> list[dict[str, str]]:
    """Trailers of the commit: pseudonyms of those who chose to be credited, and the team for everybody else."""
    named = [pseudonyms[person.id] for person in people if person.credit_name]
    lines = [{"name": f"writer-{code}", "email": f"writer-{code}@{host}"} for code in named]
    if len(named) < len(people) or not people:
        lines.append({"name": f"{TEAM_NAME} of {event_title}", "email": f"drafting-team@{host}"})
    return lines

"""What happened to a draft since somebody last looked at it, in words first: in the text, what was decided, and what
waits for them.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from .. import facts
from ..db import now
from ..drafts.models import Draft, JournalRow
from ..errors import Busy
from ..events.models import Event
from ..facts import FactRow
from ..people.models import Person
from ..people.rights import Act
from ..review import clock, looking, mentioning, proposing, remarks
from ..review.looking import Seen
from ..review.models import Remark, Reply
from ..wording.credits import listed
from . import changes, livetext, telling
from .guard import draft_or_404
from .identity import actor, signed_in
from .services import reading, services

blueprint = Blueprint("since", __name__)
log = logging.getLogger(__name__)

MOST = 20  # sentences of one kind
DECIDED = (
    facts.SuggestionAccepted, facts.SuggestionDeclined, facts.CommentResolved, facts.ProposalMade,
    facts.ProposalWithdrawn, facts.ObjectionRaised, facts.ObjectionAnswered, facts.ObjectionWithdrawn,
    facts.RevisionAccepted, facts.RevisionReleased, facts.RevisionHeld, facts.WordsStruck, facts.DraftFrozen,
    facts.DraftUnfrozen, facts.EventClosed, facts.EventReopened,
)  # fmt: skip
"""What counts as decided; all the rest stands in the minutes."""

ASKS: dict[str, tuple[Act, str]] = {
    "unless": ("object", "you can object to it"),
    "hand_in": ("check_harm", "somebody has to look whether it could hurt anybody"),
}
"""Who is asked about what was put forward under a rule, where that is not an editor, and what."""


@dataclass(frozen=True)
class News:
    """`at`: when they last looked, None if never. `text`: who changed the text. `waits` holds whether or not they
    looked before; `more`: how much that was decided is left out.
    """

    at: datetime | None
    text: str
    decided: Sequence[Markup]
    more: int
    waits: Sequence[Markup]

    @property
    def nothing(self) -> bool:
        return not (self.text or self.decided or self.waits)


def opened(event: Event, draft: Draft) -> News | None:
    """Who asks has opened the draft now: what is new to them. None for who does not read live texts."""
    if actor().person is None or not actor().may("see_room", event.id) or draft.journal_destroyed is not None:
        return None
    seen = looking.before(reading(), draft.id, signed_in().id, now())
    looked(event, draft)
    return _news(event, draft, seen)


def looked(event: Event, draft: Draft) -> None:
    """Remember that who asks has it before their eyes, if they are of the event. A page opens also when this cannot
    be written.
    """
    if actor().person is None or not actor().may("see_room", event.id):
        return
    me, at = signed_in().id, now()
    if not looking.is_due(reading(), draft.id, me, at):
        return
    try:
        with services().database.write(tells=False) as session:
            looking.look(session, event.id, draft.id, me, at)
    except (Busy, sa.exc.SQLAlchemyError):
        log.warning("a look at draft %d could not be remembered", draft.id)


@blueprint.get("/e/<event>/-/since/<draft>")
def show(event: str, draft: str) -> ResponseReturnValue:
    """All of it, with the difference in the text."""
    found_event, found = draft_or_404(event, draft, "see_room")
    seen = looking.before(reading(), found.id, signed_in().id, now())
    told = None
    if seen is not None and _writers(found, seen):
        told = changes.between(livetext.was(found.id, seen.seq), livetext.read(found.id).text)
    return render_template(
        "drafts/since.html",
        event=found_event,
        draft=found,
        news=_news(found_event, found, seen),
        words=told.words if told else [],
        html=told.difference if told else "",
    )


def _news(event: Event, draft: Draft, seen: Seen | None) -> News:
    waits = _waiting(event, draft, seen)
    if seen is None:
        return News(None, "", [], 0, waits)
    wanted = [kind.__name__ for kind in DECIDED]
    by = sa.func.coalesce(FactRow.body["person_id"].as_integer(), 0)
    fresh = telling.of_draft(draft).where(FactRow.id > seen.fact_id, FactRow.kind.in_(wanted), by != signed_in().id)
    many = reading().scalar(sa.select(sa.func.count()).select_from(fresh.subquery())) or 0
    last = reading().scalars(fresh.order_by(FactRow.id.desc()).limit(MOST)).all()
    decided = [line.words for line in telling.lines(event, last[::-1])]
    return News(seen.at, _text(event, draft, seen), decided, max(0, many - MOST), waits)


def _text(event: Event, draft: Draft, seen: Seen) -> str:
    """Who changed the text since, in a sentence; empty if nobody did."""
    writers = _writers(draft, seen)
    if not writers:
        return ""
    people = reading().scalars(sa.select(Person).where(Person.id.in_(writers)))
    names = sorted(name for person in people if (name := person.public_name))
    unnamed = len(writers) - len(names)
    rest = [] if not unnamed else ["a writer" if unnamed == 1 else f"{unnamed} writers"]
    who = listed([*names, *rest])
    return f"{who[:1].upper() + who[1:]} changed the text."


def _writers(draft: Draft, seen: Seen) -> set[int]:
    """Who else wrote since."""
    newer = sa.select(JournalRow.person_id).where(JournalRow.draft_id == draft.id, JournalRow.seq > seen.seq)
    return {person for person in reading().scalars(newer.distinct()) if person not in (None, signed_in().id)}


def _waiting(event: Event, draft: Draft, seen: Seen | None) -> list[Markup]:
    me, here = signed_in().id, f"/e/{event.slug}/-"
    told = []
    for proposal in proposing.open_ones(reading(), [draft.id]):
        act, why = ASKS.get(clock.rule_of(proposal).kind, ("accept", "an editor decides"))
        if proposal.proposer_id == me or not actor().may(act, event.id):
            continue
        link = Markup('<a href="{}/proposals/{}">Version {} was put forward</a>: {}.')
        told.append(link.format(here, proposal.id, proposal.base + 1, why))
    told += [_card(here, remark, "You are mentioned in") for remark in mentioning.open_ones(reading(), draft.id, me)]
    told += [_card(here, remark, f"{n} new answer{'' if n == 1 else 's'} to") for remark, n in _answered(draft, seen)]
    told += [_card(here, remark, f"It was {remark.state}:") for remark in _decided(draft, seen)]
    if actor().may("settle", event.id):
        told += _to_settle(event, draft)
    return told


def _card(here: str, remark: Remark, before: str) -> Markup:
    whose = "your" if remark.person_id == signed_in().id else "a"
    return Markup('{} <a href="{}/remark/{}">{} {}</a>.').format(before, here, remark.id, whose, remark.kind)


def _answered(draft: Draft, seen: Seen | None) -> list[tuple[Remark, int]]:
    """What who asks said, and how often others answered since they looked."""
    new = sa.select(Remark, sa.func.count()).join(Reply, Reply.remark_id == Remark.id)
    new = new.where(*_mine(draft), Reply.person_id != signed_in().id, Reply.hidden.is_(None))
    if seen is not None:
        new = new.where(Reply.made > seen.at)
    rows = reading().execute(new.group_by(Remark.id).order_by(Remark.id.desc()).limit(MOST))
    return [(remark, count) for remark, count in rows]


def _decided(draft: Draft, seen: Seen | None) -> list[Remark]:
    """What who asks said, and others decided since they looked."""
    over = Remark.state.in_(("accepted", "declined", "resolved"))
    new = sa.select(Remark).where(*_mine(draft), over, Remark.decided_by != signed_in().id)
    if seen is not None:
        new = new.where(Remark.decided > seen.at)
    return list(reading().scalars(new.order_by(Remark.id.desc()).limit(MOST)))


def _mine(draft: Draft) -> tuple[sa.ColumnElement[bool], ...]:
    return Remark.draft_id == draft.id, Remark.person_id == signed_in().id, Remark.hidden.is_(None)


def _to_settle(event: Event, draft: Draft) -> list[Markup]:
    """What is open beside the text, for who can decide it."""
    counts = remarks.open_counts(reading(), draft.id)
    named = [f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in counts.items() if n and kind != "comment"]
    if not named:
        return []
    where = f"/e/{event.slug}/-/remarks/{draft.slug}"
    return [Markup('Open beside the text: <a href="{}">{}</a>.').format(where, listed(named))]

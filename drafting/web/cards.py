"""Suggestions and comments as pages show them: each with its place in the text, its thread and its rivals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from markupsafe import Markup, escape

from ..drafts import anchors
from ..drafts.layout import Place
from ..drafts.models import Draft
from ..people.models import Person
from ..review import hunks, mentioning, remarks
from ..review.models import Mention, Remark, Reply
from ..review.remarks import Spot
from . import livetext
from .identity import actor
from .services import reading

PAGE = 50  # cards; more than anybody reads in one go
CONTEXT = 160  # characters on each side
Names = Mapping[int, str]
UNNAMED = "somebody at the event"


@dataclass(frozen=True)
class Card:
    """`said`: its words with the people mentioned in them; so is each answer's, after who gave it. Where several cards
    are shown their answers are only counted.

    `there`: what stands in the text now where it is meant; None if that is gone, or the whole text is meant."""

    remark: Remark
    by: str
    mine: bool
    said: Markup
    answers: int
    replies: Sequence[tuple[Reply, str, Markup]]
    there: str | None
    before: str
    after: str
    collides: Sequence[int]

    @property
    def open(self) -> bool:
        return self.remark.state == "open"

    @property
    def gone(self) -> bool:
        """Whether the words that it was about have been deleted."""
        return self.remark.anchor is not None and self.there is None

    @property
    def moved(self) -> bool:
        """Whether other words stand there than those that it was about."""
        return self.there is not None and self.there != self.remark.quote


@dataclass(frozen=True)
class Pile:
    """Some of the cards of a draft, as they come in the text: `first` is the number of the first, `many` how many there
    are in all. `others` are marked in the text, too, without a card here: the kind of each, and its ids as JSON.
    """

    cards: Sequence[Card]
    others: Sequence[tuple[str, str]]
    first: int
    many: int

    @property
    def next(self) -> int | None:
        """Where the next ones begin; None after the last."""
        after = self.first + len(self.cards)
        return after if after <= self.many else None

    @property
    def last(self) -> int:
        """Where the last page begins."""
        return _last_page(self.many)

    @property
    def before(self) -> int | None:
        return max(1, self.first - PAGE) if self.first > 1 else None


def pile(draft: Draft, *, only_open: bool, first: int = 1, at: int | None = None) -> Pile:
    """The cards from the `first`-th, or from where the last page begins; at most a page of them.

    `at`: a remark that is to be among them, wherever it has come to.
    """
    found = _placed(draft, remarks.spots(reading(), draft.id, states=["open"] if only_open else ()))
    first = min(first, _last_page(len(found.some)))
    wanted = next((n for n, spot in enumerate(found.some, 1) if spot.id == at), first)
    if not first <= wanted < first + PAGE:
        first = (wanted - 1) // PAGE * PAGE + 1
    shown = [spot.id for spot in found.some[first - 1 : first - 1 + PAGE]]
    others = [
        (spot.kind, json.dumps(spot.anchor["ids"], separators=(",", ":")))
        for spot in (*found.some[: first - 1], *found.some[first - 1 + PAGE :])
        if spot.hidden is None and spot.anchor is not None and "ids" in spot.anchor
    ]
    return Pile(_made(found, remarks.several(reading(), shown), {}), others, first, len(found.some))


def _last_page(many: int) -> int:
    return max(0, many - 1) // PAGE * PAGE + 1


def one(draft: Draft, remark: Remark) -> Card:
    """With what it collides with, so the other open suggestions are looked at, too."""
    others = remarks.spots(reading(), draft.id, states=["open"]) if remark.state == "open" else []
    together: list[Remark | Spot] = [
        remark,
        *(other for other in others if other.id != remark.id and other.kind == "suggestion"),
    ]
    return _made(_placed(draft, together), [remark], remarks.replies(reading(), [remark.id]))[0]


@dataclass(frozen=True)
class _Placed:
    """Remarks as they come in the text; what has no place there comes last."""

    text: str
    some: Sequence[Remark | Spot]
    places: Mapping[int, Place]
    collisions: Mapping[int, Sequence[int]]


def _placed(draft: Draft, some: Sequence[Remark | Spot]) -> _Placed:
    known = [remark for remark in some if remark.anchor is not None and remark.epoch == draft.epoch]
    found = livetext.placed(draft.id, [anchors.read(remark.anchor) for remark in known])
    places = {remark.id: place for remark, place in zip(known, found.places, strict=True) if place is not None}
    open_ones = {r.id for r in some if r.kind == "suggestion" and r.state == "open"}
    collisions = hunks.colliding({one: place for one, place in places.items() if one in open_ones})
    last = len(found.text) + 1
    in_order = sorted(some, key=lambda remark: (_start(places.get(remark.id), last), remark.id))
    return _Placed(found.text, in_order, places, collisions)


def _made(found: _Placed, shown: Sequence[Remark], threads: Mapping[int, Sequence[Reply]]) -> list[Card]:
    ids = [remark.id for remark in shown]
    counts, mentions = remarks.answer_counts(reading(), ids), mentioning.of(reading(), ids)
    writers = {r.person_id for r in shown} | {reply.person_id for thread in threads.values() for reply in thread}
    names = _names(writers | {mention.person_id for several in mentions.values() for mention in several})
    return [
        Card(
            remark,
            names[remark.person_id] if may_see(remark, remark.event_id) else UNNAMED,
            remark.person_id == actor().id,
            _said(remark.words, mentions.get((remark.id, None), []), names),
            counts.get(remark.id, 0) if may_see(remark, remark.event_id) else 0,
            _thread(remark, threads.get(remark.id, []), mentions, names),
            *_there(found.text, found.places.get(remark.id)),
            found.collisions.get(remark.id, []),
        )
        for remark in shown
    ]


def _thread(
    remark: Remark, replies: Sequence[Reply], mentions: Mapping[tuple[int, int | None], list[Mention]], names: Names
) -> list[tuple[Reply, str, Markup]]:
    """Each answer, by whom, and its words; nothing where the remark itself is hidden."""
    return [
        (
            reply,
            names[reply.person_id] if may_see(reply, remark.event_id) else UNNAMED,
            _said(reply.words, mentions.get((remark.id, reply.id), []), names),
        )
        for reply in (replies if may_see(remark, remark.event_id) else [])
    ]


def said(some: Sequence[Remark]) -> dict[int, Markup]:
    """The words of each, with the people whom they mention as they are called today."""
    mentions = mentioning.of(reading(), [remark.id for remark in some])
    names = _names({mention.person_id for several in mentions.values() for mention in several})
    return {r.id: _said(r.words, mentions.get((r.id, None), []), names) for r in some}


def may_see(said: Remark | Reply, event_id: int) -> bool:
    """Whether who asks may see whose it is and what was said to it. What was hidden is for its author and who hides."""
    return said.hidden is None or said.person_id == actor().id or actor().may("moderate", event_id)


def _there(text: str, place: Place | None) -> tuple[str | None, str, str]:
    """What stands there, and what before and after it on its line."""
    if place is None:
        return None, "", ""
    before, after = text[: place.start].rpartition("\n")[2], text[place.end :].partition("\n")[0]
    return (
        text[place.start : place.end],
        before if len(before) <= CONTEXT else "…" + before[-CONTEXT:],
        after if len(after) <= CONTEXT else after[:CONTEXT] + "…",
    )


def _start(place: Place | None, last: int) -> int:
    return last if place is None else place.start


def _said(words: str, mentions: Sequence[Mention], names: Names) -> Markup:
    """`words`, with whoever is mentioned by the name that they show now."""
    told = [
        escape(piece) if person is None else Markup("<b>@<bdi>{}</bdi></b>").format(names[person])
        for piece, person in mentioning.pieces(words, mentions)
    ]
    return Markup("").join(told)


def _names(people: set[int]) -> dict[int, str]:
    rows = reading().scalars(sa.select(Person).where(Person.id.in_(people)))
    return {person.id: person.public_name or UNNAMED for person in rows}

"""What happened to a draft, told as in minutes: from a stored fact to a sentence. Facts hold ids only, so that a name
that was withdrawn, words that were hidden and words that were struck stay away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from markupsafe import Markup

from .. import facts
from ..drafts.models import Draft
from ..events.models import Event
from ..facts import Fact, FactRow
from ..people import joining
from ..people.models import Person
from ..people.rights import may
from ..record.models import Revision
from ..review import hiding, mentioning
from ..review.blanking import BLANKED
from ..review.hiding import What
from ..review.models import Objection, Proposal, Remark
from ..wording.graphemes import graphemes
from .services import reading

EXCERPT = 80  # graphemes
UNNAMED = TEAM, WRITER, SOMEBODY = "the drafting team", "a writer", "somebody at the event"

SENTENCES: dict[type[Fact], str] = {
    facts.DraftStarted: "{who} started the text.",
    facts.DraftFrozen: "{who} froze the text.",
    facts.DraftUnfrozen: "{who} unfroze the text.",
    facts.WordsStruck: "{who} struck words that could have hurt someone.",
    facts.SuggestionMade: "{who} suggested {change}.",
    facts.SuggestionAccepted: "{who} accepted {remark}.",
    facts.SuggestionDeclined: "{who} declined {remark}.",
    facts.SuggestionWithdrawn: "{who} took {remark} back.",
    facts.SuggestionReopened: "{who} took {remark} up again.",
    facts.CommentMade: "{who} {said}.",
    facts.CommentResolved: "{who} marked {remark} as resolved.",
    facts.CommentReopened: "{who} opened {remark} again.",
    facts.ReplyMade: "{who} answered {remark}.",
    facts.RemarkHidden: "{who} hid {remark}.",
    facts.RemarkShown: "{who} showed {remark} again.",
    facts.ReplyHidden: "{who} hid an answer to {remark}.",
    facts.ReplyShown: "{who} showed an answer to {remark} again.",
    facts.ObjectionHidden: "{who} hid an objection to {proposal}.",
    facts.ObjectionShown: "{who} showed an objection to {proposal} again.",
    facts.RemarkLetThrough: "{who} let {remark} stand beside the text.",
    facts.ProposalMade: "{who} put the text forward as {proposal}.",
    facts.ProposalWithdrawn: "{who} took back {proposal}, which had been put forward.",
    facts.ProposalAgreed: "{who} agreed to {proposal}.",
    facts.AgreementTakenBack: "{who} does not agree to {proposal} any more.",
    facts.ReviewClaimed: "{who} began to look at {proposal}.",
    facts.ReviewLeft: "{who} left {proposal} for somebody else to look at.",
    facts.ObjectionRaised: "{who} objected to {proposal}{on_paper}: {objection}.",
    facts.ObjectionAnswered: "{who} answered the objection to {proposal}: {objection}.",
    facts.ObjectionWithdrawn: "{who} took back the objection to {proposal}: {objection}.",
    facts.ClockMoved: "The server had been away, so that there is more time to object to {proposal}.",
    facts.RevisionAccepted: "{accepted}.",
    facts.RevisionReleased: "Now {version} is public.",
    facts.TextHidden: "{who} hid what was published of the text, because something in it is looked into.",
    facts.TextShown: "{who} showed what was published of the text again.",
    facts.RecordRedacted: "{who} took words out of published versions.",
    facts.RevisionHeld: "{who} stopped {version}, because somebody could be hurt.",
}
"""One for every kind of fact that concerns a draft; what stands in braces is a method of `Told`."""

OF_THE_EVENT: dict[type[Fact], str] = {
    facts.EventClosed: "{who} closed the event.",
    facts.EventReopened: "{who} opened the event again.",
}

TOGETHER: dict[type[Fact], str] = {
    facts.SuggestionMade: "{who} made {count} suggestions: {links}.",
    facts.SuggestionAccepted: "{who} accepted {count} suggestions: {links}.",
    facts.SuggestionDeclined: "{who} declined {count} suggestions: {links}.",
    facts.CommentMade: "{who} made {count} comments, questions or challenges: {links}.",
    facts.CommentResolved: "{who} marked {count} comments as resolved: {links}.",
    facts.ReplyMade: "{who} gave {count} answers: {links}.",
}
"""How many in a row by one person are told."""
MANY = 3

SAID: dict[str, What] = {"remark": "remark", "reply": "answer", "objection": "objection"}
"""What people say, by what a fact calls its number."""


@dataclass(frozen=True)
class Line:
    """One sentence of the minutes. `until` differs from `at` where several were told together."""

    at: datetime
    until: datetime
    words: Markup


def kinds() -> list[str]:
    return [kind.__name__ for kind in (*SENTENCES, *OF_THE_EVENT)]


def of_draft(draft: Draft) -> sa.Select[FactRow]:
    """Every fact that is told of a draft, in no order."""
    theirs = FactRow.body["draft_id"].as_integer() == draft.id
    everybodys = FactRow.kind.in_([kind.__name__ for kind in OF_THE_EVENT])
    return sa.select(FactRow).where(
        FactRow.event_id == draft.event_id, FactRow.kind.in_(kinds()), sa.or_(theirs, everybodys)
    )


def lines(event: Event, rows: Sequence[FactRow]) -> list[Line]:
    """Rows in order as sentences, many of a kind in a row told together."""
    zone, room = ZoneInfo(event.timezone), Room(event)
    told = []

    def together(row: FactRow) -> tuple[object, ...]:
        of_many = facts.KINDS[row.kind] in TOGETHER
        unseen = of_many and Told(room, [row.fact()]).is_unseen()
        return (row.kind, row.body.get("person_id"), row.at.astimezone(zone).date(), unseen, of_many or row.id)

    for _, run in groupby(rows, together):
        some = list(run)
        if len(some) >= MANY:
            told.append(_line(room, some))
        else:
            told += [_line(room, [row]) for row in some]
    return told


def days(event: Event, told: Sequence[Line]) -> list[tuple[datetime, list[Line]]]:
    """By day on the event's clocks, the newest first; within a day as they came."""
    zone = ZoneInfo(event.timezone)
    by_day = [(day, list(some)) for day, some in groupby(told, lambda line: line.at.astimezone(zone).date())]
    return [(some[0].at.astimezone(zone), some) for _, some in reversed(by_day)]


def _line(room: "Room", rows: Sequence[FactRow]) -> Line:
    some = [row.fact() for row in rows]
    kind = type(some[0])
    sentence = TOGETHER[kind] if len(some) > 1 else {**SENTENCES, **OF_THE_EVENT}[kind]
    return Line(rows[0].at, rows[-1].at, Markup(sentence).format_map(Told(room, some)))


@dataclass
class Room:
    """The people of an event as its minutes call them."""

    event: Event
    _names: dict[int, str] = field(default_factory=dict)

    def name(self, person_id: int | None) -> str:
        """The name that somebody shows, else what they are."""
        if person_id is None:
            return TEAM
        if person_id not in self._names:
            person = reading().get(Person, person_id)
            writes = may(joining.role_in(reading(), person_id, self.event.id), "write")
            shown = person.public_name if person else None
            self._names[person_id] = shown or (WRITER if writes else SOMEBODY)
        return self._names[person_id]


class Told(Mapping[str, object]):
    """The words for what stands in braces, looked up when they are needed."""

    def __init__(self, room: Room, some: Sequence[Fact]) -> None:
        self._room, self._facts = room, some
        self._here = f"/e/{room.event.slug}"

    def __getitem__(self, name: str) -> object:
        look_up: Callable[[], object] = getattr(self, name)
        return look_up()

    def __len__(self) -> int:
        return len(SENTENCES)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the words are looked up one by one")

    def _id(self, of: str) -> int | None:
        found: int | None = getattr(self._facts[0], f"{of}_id", None)
        return found

    def who(self) -> Markup:
        """It stands at the beginning."""
        name = SOMEBODY if self.is_unseen() else self._room.name(self._id("person"))
        return Markup("<b><bdi>{}</bdi></b>").format(name[:1].upper() + name[1:] if name in UNNAMED else name)

    def is_unseen(self) -> bool:
        """Whether who did it is who said what was hidden, or what nobody has looked at: the name may be what hurts."""
        ids = {what: self._id(name) for name, what in SAID.items()}
        said = [hiding.find(reading(), what, number) for what, number in ids.items() if number is not None]
        mine = [one for one in said if not isinstance(one, Draft) and one.person_id == self._id("person")]
        return any(one.hidden or getattr(one, "waiting", None) for one in mine)

    def count(self) -> int:
        return len(self._facts)

    def links(self) -> Markup:
        ids = [fact.remark_id for fact in self._facts]  # type: ignore[attr-defined]
        return Markup(", ").join(self._link_to(remark_id, str(n)) for n, remark_id in enumerate(ids, 1))

    def change(self) -> Markup:
        remark = self._remark()
        return self._link_to(remark.id, change_in_words(remark))

    def said(self) -> Markup:
        remark = self._remark()
        verb = {"question": "asked", "challenge": "challenged it:"}.get(remark.kind, "commented:")
        return Markup("{} {}").format(verb, self._link_to(remark.id, self._spoken(remark)))

    def remark(self) -> Markup:
        remark = self._remark()
        told = self._link_to(remark.id, f"the {remark.kind}")
        if not (remark.hidden or remark.waiting):
            what = change_in_words(remark) if remark.kind == "suggestion" else self._spoken(remark)
            told = Markup("{} {}").format(told, what)
        if remark.person_id == self._id("person"):
            return told
        by = SOMEBODY if remark.hidden or remark.waiting else self._room.name(remark.person_id)
        return Markup("{} by <bdi>{}</bdi>").format(told, by)

    def proposal(self) -> Markup:
        proposal = reading().get_one(Proposal, self._id("proposal"))
        return Markup('<a href="{}/-/proposals/{}">version {}</a>').format(self._here, proposal.id, proposal.base + 1)

    def accepted(self) -> Markup:
        if self._id("person") is None:
            return Markup("Nobody objected in time to {}").format(self.version())
        return Markup("{} published {}").format(self.who(), self.version())

    def version(self) -> Markup:
        revision = reading().get_one(Revision, self._id("revision"))
        where = revision.path if revision.released else f"{self._here}/-/versions/{revision.id}"
        return Markup('<a href="{}">version {}</a>').format(where, revision.number)

    def objection(self) -> Markup:
        objection = reading().get_one(Objection, self._id("objection"))
        return Markup("its words were hidden") if objection.hidden else _quoted(objection.words)

    def on_paper(self) -> str:
        return " on paper" if reading().get_one(Objection, self._id("objection")).on_paper else ""

    def _remark(self) -> Remark:
        return reading().get_one(Remark, self._id("remark"))

    def _spoken(self, remark: Remark) -> Markup:
        if remark.hidden or remark.waiting:
            return Markup("something that {}").format(_unseen(remark))
        mentions = mentioning.of(reading(), [remark.id]).get((remark.id, None), [])
        pieces = mentioning.pieces(remark.words, mentions)
        return _quoted("".join(words if person is None else f"@{self._room.name(person)}" for words, person in pieces))

    def _link_to(self, remark_id: int, words: str | Markup) -> Markup:
        return Markup('<a href="{}/-/remark/{}">{}</a>').format(self._here, remark_id, words)


def change_in_words(remark: Remark) -> Markup:
    """“dim” instead of “dark”; nothing of what was hidden or struck."""
    if remark.hidden or remark.waiting:
        return Markup("a change that {}").format(_unseen(remark))
    if BLANKED in (remark.words, remark.quote):
        return Markup("a change with words that were struck")
    if not remark.quote:
        return Markup("adding {}").format(_quoted(remark.words))
    if not remark.words:
        return Markup("deleting {}").format(_quoted(remark.quote))
    return Markup("{} instead of {}").format(_quoted(remark.words), _quoted(remark.quote))


def _unseen(remark: Remark) -> str:
    """Why its words are not shown."""
    return "was hidden" if remark.hidden else "nobody has looked at yet"


def _quoted(said: str) -> Markup:
    pieces = graphemes(" ".join(said.split()))
    short = "".join(pieces[:EXCERPT]) + ("…" if len(pieces) > EXCERPT else "")
    return Markup("<q><bdi>{}</bdi></q>").format(short)


def clock_of(event: Event, line: Line) -> str:
    """14:05, or 14:05 to 14:09, on the event's clocks."""
    zone = ZoneInfo(event.timezone)
    first, last = f"{line.at.astimezone(zone):%H:%M}", f"{line.until.astimezone(zone):%H:%M}"
    return first if first == last else f"{first} to {last}"

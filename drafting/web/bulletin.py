"""What happens to a draft while people write it, told to those in its room: put forward, published, frozen, struck;
closed, opened again, taken down.
"""

import logging
import threading

import sqlalchemy as sa

from ..drafts import strikes
from ..drafts.models import Draft
from ..events.models import Event
from ..facts import (
    AgreementTakenBack,
    ClockMoved,
    CommentMade,
    CommentReopened,
    CommentResolved,
    DraftFrozen,
    DraftUnfrozen,
    EventClosed,
    EventHidden,
    EventReopened,
    Fact,
    FactRow,
    JournalsDestroyed,
    ObjectionAnswered,
    ObjectionHidden,
    ObjectionRaised,
    ObjectionShown,
    ObjectionWithdrawn,
    ProposalAgreed,
    ProposalMade,
    ProposalWithdrawn,
    RemarkHidden,
    RemarkLetThrough,
    RemarkShown,
    ReplyHidden,
    ReplyMade,
    ReplyShown,
    ReviewClaimed,
    ReviewLeft,
    RevisionAccepted,
    RevisionReleased,
    SuggestionAccepted,
    SuggestionDeclined,
    SuggestionMade,
    SuggestionReopened,
    SuggestionWithdrawn,
    WordsStruck,
)
from ..record.models import Revision
from ..review.models import Proposal
from .services import Services
from .words import frozen_in_words

log = logging.getLogger(__name__)

POLL_S = 0.5
ASK_AGAIN = (EventHidden, EventClosed, EventReopened, JournalsDestroyed)
"""Whoever has a text of the event open is asked again what they may do."""
OF_THE_EVENT: dict[type[Fact], dict[str, object]] = {
    EventClosed: {
        "kind": "closed", "message": "This event was closed. You can read; nobody can write any more.",
        "url": None, "version": None,
    },
    EventReopened: {
        "kind": "reopened", "message": "This event was opened again. You can write again.",
        "url": None, "version": None,
    },
}  # fmt: skip
BESIDE: tuple[type[Fact], ...] = (
    SuggestionMade, SuggestionAccepted, SuggestionDeclined, SuggestionWithdrawn, SuggestionReopened,
    CommentMade, CommentResolved, CommentReopened, ReplyMade, RemarkHidden, RemarkShown,
    RemarkLetThrough, ReplyHidden, ReplyShown, ObjectionHidden, ObjectionShown,
    ProposalWithdrawn, ProposalAgreed, AgreementTakenBack, ReviewClaimed, ReviewLeft,
    ObjectionRaised, ObjectionAnswered, ObjectionWithdrawn, ClockMoved, RevisionAccepted,
)  # fmt: skip
"""The page asks anew for the cards, and for what waits to be decided above them."""
TOLD = tuple(
    kind.__name__
    for kind in (ProposalMade, RevisionReleased, WordsStruck, DraftFrozen, DraftUnfrozen, *ASK_AGAIN, *BESIDE)
)


class Bulletin:
    """A native thread that reads new facts, whoever recorded them, and hands them to open rooms."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._look = threading.Event()
        self._stopping = False
        self._seen = self._newest()

    def start(self) -> None:
        threading.Thread(target=self._run, name="bulletin", daemon=True).start()

    def wake(self) -> None:
        self._look.set()

    def stop(self) -> None:
        self._stopping = True
        self._look.set()

    def _run(self) -> None:
        while not self._stopping:
            self._look.wait(POLL_S)
            self._look.clear()
            try:
                self._tell()
            except sa.exc.SQLAlchemyError:  # the database is busy or away; the facts are still there next time
                log.exception("the bulletin could not be read")

    def _newest(self) -> int:
        with self._services.database.read() as session:
            return session.scalar(sa.select(sa.func.max(FactRow.id))) or 0

    def _tell(self) -> None:
        with self._services.database.read() as session:
            new = sa.select(FactRow).where(FactRow.id > self._seen).order_by(FactRow.id).limit(500)
            for row in session.scalars(new):
                self._seen = row.id
                if row.kind in TOLD:
                    self._react(session, row.fact())

    def _react(self, session: sa.orm.Session, fact: Fact) -> None:
        if isinstance(fact, EventHidden) and not fact.hidden:
            return  # nobody loses anything by it
        if isinstance(fact, ASK_AGAIN):
            drafts = session.scalars(sa.select(Draft.id).where(Draft.event_id == fact.event_id)).all()
            if type(fact) in OF_THE_EVENT:
                for draft_id in drafts:
                    self._services.rooms.tell(draft_id, OF_THE_EVENT[type(fact)])
            self._services.rooms.close_drafts(drafts)
        elif isinstance(fact, BESIDE):
            self._services.rooms.tell(fact.draft_id, REMARKS)  # type: ignore[attr-defined]
        elif isinstance(fact, DraftFrozen | DraftUnfrozen):
            draft = session.get_one(Draft, fact.draft_id)
            self._services.rooms.freeze(draft.id, draft.frozen is not None)
            self._services.rooms.tell(draft.id, _frozen(draft, session.get_one(Event, fact.event_id)))
            self._services.rooms.tell(fact.draft_id, REMARKS)
            self._services.rooms.close_drafts([fact.draft_id])
        elif isinstance(fact, WordsStruck):
            self._services.rooms.tell(fact.draft_id, struck(strikes.count(session, fact.draft_id)))
        else:
            assert isinstance(fact, ProposalMade | RevisionReleased)
            self._services.rooms.tell(fact.draft_id, self._words(session, fact))
            self._services.rooms.tell(fact.draft_id, REMARKS)

    def _words(self, session: sa.orm.Session, fact: ProposalMade | RevisionReleased) -> dict[str, object]:
        draft = session.get_one(Draft, fact.draft_id)
        event = session.get_one(Event, fact.event_id)
        if isinstance(fact, ProposalMade):
            number = session.get_one(Proposal, fact.proposal_id).base + 1
            words = f"This text was put forward as version {number}. You can go on writing."
            return _news("put_forward", words, f"/e/{event.slug}/-/proposals/{fact.proposal_id}", number)
        number = session.get_one(Revision, fact.revision_id).number
        return _news("published", f"Version {number} is now public.", f"/e/{event.slug}/{draft.slug}/{number}", number)


REMARKS: dict[str, object] = {"kind": "remarks", "message": "", "url": None, "version": None}


def struck(count: int) -> dict[str, object]:
    """`count`: how often words were struck from the live text in this epoch."""
    words = "Words were struck from this text because they could hurt someone. They leave this device, too."
    return {"kind": "struck", "message": words, "url": None, "version": None, "strikes": count}


def _frozen(draft: Draft, event: Event) -> dict[str, object]:
    """As it is now: somebody may have turned it back meanwhile."""
    if draft.frozen is None:
        words = "This text is not frozen any more. You can write again, if you could before."
        return {"kind": "unfrozen", "message": words, "url": None, "version": None}
    return {"kind": "frozen", "message": frozen_in_words(draft, event), "url": None, "version": None}


def _news(kind: str, message: str, url: str, version: int) -> dict[str, object]:
    return {"kind": kind, "message": message, "url": url, "version": version}

"""Suggestions: words that somebody would put in place of others, and what becomes of them.

Accepting one is an edit in the journal, credited to who suggested it. It is claimed first (`taking`), and becomes
accepted in the very transaction that writes the edit. If that transaction never came, the claim lapses.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts.anchors import Named
from ..drafts.models import Draft
from ..errors import Invalid, NotAllowed, Stale
from ..facts import (
    SuggestionAccepted,
    SuggestionDeclined,
    SuggestionMade,
    SuggestionReopened,
    SuggestionWithdrawn,
    record,
)
from . import remarks
from .models import Remark

CLAIM = timedelta(minutes=1)
"""Longer than an edit can wait for the disk."""
TEXT_LIMIT = 20_000  # characters that one suggestion may put in


def suggest(
    session: Session,
    draft: Draft,
    pointed: Named,
    *,
    words: str,
    reason: str,
    by: int,
    at: datetime,
    waits: bool = False,
) -> Remark:
    """Offer `words` in place of those that are meant. `waits`: until somebody has looked at it.

    Raises Invalid if nothing would change, Stale if closed.
    """
    if words == pointed.words:
        raise Invalid("Nothing is different in this suggestion.", field="words")
    if len(words) > TEXT_LIMIT:
        raise Invalid(f"This is too long for one suggestion: at most {TEXT_LIMIT} characters.", field="words")
    made = remarks.add(
        session,
        draft,
        Remark(
            kind="suggestion", state="open", person_id=by, made=at, anchor=pointed.anchor.stored(),
            quote=pointed.words, words=words, reason=reason, waiting=at if waits else None,
        ),
    )  # fmt: skip
    record(session, SuggestionMade(draft.event_id, made.id, draft.id, by), at)
    return made


def stands_there(session: Session, draft: Draft, pointed: Named, *, words: str, by: int) -> bool:
    """Whether this very suggestion of theirs is open already."""
    same = sa.select(Remark.anchor).where(
        Remark.draft_id == draft.id,
        Remark.person_id == by,
        Remark.kind == "suggestion",
        Remark.state.in_(("open", "taking")),
        Remark.words == words,
    )
    return pointed.anchor.stored() in session.scalars(same).all()


def claim(session: Session, remark_id: int, *, by: int, at: datetime) -> Remark:
    """Begin to accept it: nobody else can meanwhile. Raises NotFound, Invalid for a comment, Stale; also if hidden."""
    remark = _suggestion(session, remark_id)
    _lapse(session, remark_id, at)
    free = sa.update(Remark).where(Remark.id == remark_id, Remark.state == "open", Remark.hidden.is_(None))
    free = free.where(Remark.waiting.is_(None))
    if session.execute(free.values(state="taking", decided=at, decided_by=by)).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("Somebody else was faster: this was decided already.")
    session.refresh(remark)
    return remark


def let_go(session: Session, remark_id: int, *, by: int) -> None:
    """It was not accepted after all."""
    mine = sa.update(Remark).where(Remark.id == remark_id, Remark.state == "taking", Remark.decided_by == by)
    session.execute(mine.values(state="open", decided=None, decided_by=None))


def accept(session: Session, remark_id: int, *, taken: str | None, by: int, at: datetime) -> None:
    """In the transaction that writes its edit. `taken`: what was put in, if not what was suggested. Raises Stale."""
    remark = _suggestion(session, remark_id)
    fact = SuggestionAccepted(remark.event_id, remark_id, remark.draft_id, by)
    remarks.move(session, remark, ["taking"], "accepted", fact, at, decided=at, decided_by=by, taken=taken)


def decline(session: Session, remark_id: int, *, reason: str, by: int, at: datetime) -> None:
    """It keeps its page, and can be taken up again. Raises NotFound, Invalid without a reason, Stale."""
    if not reason:
        raise Invalid("Please say in a sentence why. It stays with the suggestion.", field="outcome")
    remark = _suggestion(session, remark_id)
    _lapse(session, remark_id, at)
    fact = SuggestionDeclined(remark.event_id, remark_id, remark.draft_id, by)
    remarks.move(session, remark, ["open"], "declined", fact, at, decided=at, decided_by=by, outcome=reason)


def withdraw(session: Session, remark_id: int, *, by: int, at: datetime) -> None:
    """By who made it. Raises NotFound, NotAllowed, Stale."""
    remark = _suggestion(session, remark_id)
    if remark.person_id != by:
        raise NotAllowed("Only who made a suggestion can take it back.")
    _lapse(session, remark_id, at)
    fact = SuggestionWithdrawn(remark.event_id, remark_id, remark.draft_id, by)
    remarks.move(session, remark, ["open"], "withdrawn", fact, at, decided=at, decided_by=by)


def take_up_again(session: Session, remark_id: int, *, by: int, at: datetime) -> None:
    """What was declined or withdrawn is open again. Raises NotFound, Stale."""
    remark = _suggestion(session, remark_id)
    fact = SuggestionReopened(remark.event_id, remark_id, remark.draft_id, by)
    gone = ["declined", "withdrawn"]
    remarks.move(session, remark, gone, "open", fact, at, decided=None, decided_by=None, outcome="")


def _lapse(session: Session, remark_id: int, at: datetime) -> None:
    """Open again what was claimed by somebody whose edit never came to the disk."""
    old = sa.update(Remark).where(Remark.id == remark_id, Remark.state == "taking", Remark.decided < at - CLAIM)
    session.execute(old.values(state="open", decided=None, decided_by=None))


def _suggestion(session: Session, remark_id: int) -> Remark:
    remark = remarks.find(session, remark_id)
    if remark.kind != "suggestion":
        raise Invalid("Only a suggestion can be accepted or declined.")
    return remark

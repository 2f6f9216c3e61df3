"""Suggestions: words that somebody would put in place of others, and what becomes of them.

Accepting one is an edit in the journal, credited to who suggested it: it becomes accepted in the very transaction that
writes the edit.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..drafts import anchors
from ..drafts.anchors import Anchor, Named
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
    batch: str = "",
) -> Remark:
    """Offer `words` in place of those that are meant. `waits`: until somebody has looked at it.

    `batch`: of what was sent together, so that it can be sent again when no answer came.

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
            batch=batch,
        ),
    )  # fmt: skip
    record(session, SuggestionMade(draft.event_id, made.id, draft.id, by), at)
    return made


def made_before(session: Session, draft: Draft, *, by: int, batch: str) -> list[tuple[Anchor, str]]:
    """Where, and with which words: their suggestions that are open, and those of `batch` whatever became of them."""
    mine = sa.select(Remark.anchor, Remark.words).where(
        Remark.draft_id == draft.id,
        Remark.person_id == by,
        Remark.kind == "suggestion",
        Remark.epoch == draft.epoch,
        sa.or_(Remark.state == "open", sa.and_(Remark.batch == batch, Remark.batch != "")),
    )
    return [(anchors.read(anchor), words) for anchor, words in session.execute(mine)]


def check_free(remark: Remark) -> None:
    """Whether it can be accepted now. Raises Invalid for a comment, Stale if it is decided, hidden or not looked at."""
    if remark.kind != "suggestion":
        raise Invalid("Only a suggestion can be accepted or declined.")
    if remark.state != "open" or remark.hidden is not None or remark.waiting is not None:
        raise Stale("Somebody else was faster: this was decided already.")


def accept(session: Session, remark_id: int, *, taken: str | None, by: int, at: datetime) -> None:
    """In the transaction that writes its edit. `taken`: what was put in, if not what was suggested.

    Raises NotFound, and what `check_free` raises.
    """
    remark = remarks.find(session, remark_id, lock=True)
    check_free(remark)
    fact = SuggestionAccepted(remark.event_id, remark_id, remark.draft_id, by)
    remarks.move(session, remark, ["open"], "accepted", fact, at, decided=at, decided_by=by, taken=taken)


def decline(session: Session, remark_id: int, *, reason: str, by: int, at: datetime) -> None:
    """It keeps its page, and can be taken up again. Raises NotFound, Invalid without a reason, Stale."""
    if not reason:
        raise Invalid("Please say in a sentence why. It stays with the suggestion.", field="outcome")
    remark = _suggestion(session, remark_id)
    fact = SuggestionDeclined(remark.event_id, remark_id, remark.draft_id, by)
    remarks.move(session, remark, ["open"], "declined", fact, at, decided=at, decided_by=by, outcome=reason)


def withdraw(session: Session, remark_id: int, *, by: int, at: datetime) -> None:
    """By who made it. Raises NotFound, NotAllowed, Stale."""
    remark = _suggestion(session, remark_id)
    if remark.person_id != by:
        raise NotAllowed("Only who made a suggestion can take it back.")
    fact = SuggestionWithdrawn(remark.event_id, remark_id, remark.draft_id, by)
    remarks.move(session, remark, ["open"], "withdrawn", fact, at, decided=at, decided_by=by)


def take_up_again(session: Session, remark_id: int, *, by: int, at: datetime) -> None:
    """What was declined or withdrawn is open again. Raises NotFound, Stale."""
    remark = _suggestion(session, remark_id)
    fact = SuggestionReopened(remark.event_id, remark_id, remark.draft_id, by)
    gone = ["declined", "withdrawn"]
    remarks.move(session, remark, gone, "open", fact, at, decided=None, decided_by=None, outcome="")


def _suggestion(session: Session, remark_id: int) -> Remark:
    remark = remarks.find(session, remark_id)
    if remark.kind != "suggestion":
        raise Invalid("Only a suggestion can be accepted or declined.")
    return remark

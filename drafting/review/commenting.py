"""Comments, questions and challenges: said, answered, resolved, and opened again."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..drafts.anchors import Named
from ..drafts.models import Draft
from ..errors import Invalid
from ..facts import CommentMade, CommentReopened, CommentResolved, record
from . import mentioning, remarks
from .models import Remark

KINDS = ("comment", "question", "challenge")


def check(kind: str, words: str) -> None:
    """Whether it can be said at all. Raises Invalid."""
    if kind not in KINDS:
        raise Invalid("Please choose: a comment, a question or a challenge.", field="kind")
    if not words:
        raise Invalid("Please write something first.", field="words")


def say(
    session: Session,
    draft: Draft,
    kind: str,
    pointed: Named | None,
    *,
    words: str,
    by: int,
    at: datetime,
    waits: bool = False,
) -> Remark:
    """Say something about words of the live text, or about all of it. `waits`: until somebody has looked at it.

    Raises Invalid, Stale if it is closed.
    """
    check(kind, words)
    anchor, quote = (pointed.anchor.stored(), pointed.words) if pointed else (None, "")
    made = remarks.add(
        session,
        draft,
        Remark(
            kind=kind,
            state="open",
            person_id=by,
            made=at,
            anchor=anchor,
            quote=quote,
            words=words,
            waiting=at if waits else None,
        ),
    )
    mentioning.note(session, made, None, by=by)
    record(session, CommentMade(draft.event_id, made.id, draft.id, by), at)
    return made


def resolve(session: Session, remark_id: int, *, outcome: str, by: int, at: datetime) -> None:
    """It has been dealt with; `outcome` may say how. Raises NotFound, Invalid for a suggestion, Stale."""
    remark = _comment(session, remark_id)
    fact = CommentResolved(remark.event_id, remark_id, remark.draft_id, by)
    remarks.move(session, remark, ["open"], "resolved", fact, at, decided=at, decided_by=by, outcome=outcome)


def reopen(session: Session, remark_id: int, *, by: int, at: datetime) -> None:
    """It is not settled after all. Raises NotFound, Invalid for a suggestion, Stale."""
    remark = _comment(session, remark_id)
    fact = CommentReopened(remark.event_id, remark_id, remark.draft_id, by)
    remarks.move(session, remark, ["resolved"], "open", fact, at, decided=None, decided_by=None, outcome="")


def _comment(session: Session, remark_id: int) -> Remark:
    remark = remarks.find(session, remark_id)
    if remark.kind not in KINDS:
        raise Invalid("A suggestion is accepted or declined.")
    return remark

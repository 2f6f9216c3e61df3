"""Out of sight, with the reason in its place: a suggestion or comment, an answer to one, an objection, and all that was
published of a text.

Nothing is decided by that: a hidden objection stops the clock as before, and what was hidden can be shown again.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from ..drafts.models import Draft
from ..errors import Invalid, NotFound, Stale
from ..facts import (
    Fact,
    ObjectionHidden,
    ObjectionShown,
    RemarkHidden,
    RemarkShown,
    ReplyHidden,
    ReplyShown,
    TextHidden,
    TextShown,
    record,
)
from .models import Objection, Proposal, Remark, Reply

What = Literal["remark", "answer", "objection", "text"]
Said = Remark | Reply | Objection | Draft


def find(session: Session, what: What, number: int) -> Said:
    """Raises NotFound."""
    said: Said | None
    match what:
        case "remark":
            said = session.get(Remark, number)
        case "answer":
            said = session.get(Reply, number)
        case "objection":
            said = session.get(Objection, number)
        case "text":
            said = session.get(Draft, number)
    if said is None:
        raise NotFound("There is no such text, suggestion, comment, answer or objection.")
    return said


def about(session: Session, said: Said) -> Remark | Proposal | Draft:
    """What it stands at: the remark or text itself, or what was answered or objected to."""
    match said:
        case Remark() | Draft():
            return said
        case Reply():
            return session.get_one(Remark, said.remark_id)
        case Objection():
            return session.get_one(Proposal, said.proposal_id)


def hide(session: Session, what: What, number: int, *, because: str, by: int, at: datetime) -> None:
    """Raises NotFound, Invalid without a reason, Stale."""
    if not because:
        raise Invalid("Please say why. Everybody in the event can read the reason.", field="because")
    said = find(session, what, number)
    if said.hidden is not None:
        raise Stale("Somebody else was faster: this is hidden already.")
    said.hidden, said.hidden_because = at, because
    if isinstance(said, Remark):
        said.waiting = None
    record(session, _fact(session, said, by, hides=True), at)


def show(session: Session, what: What, number: int, *, by: int, at: datetime) -> None:
    """Bring it back. Raises NotFound, Stale."""
    said = find(session, what, number)
    if said.hidden is None:
        raise Stale("Somebody else was faster: this is shown again already.")
    said.hidden, said.hidden_because = None, ""
    record(session, _fact(session, said, by, hides=False), at)


def _fact(session: Session, said: Said, by: int, *, hides: bool) -> Fact:
    there = about(session, said)
    if isinstance(there, Draft):
        return (TextHidden if hides else TextShown)(there.event_id, there.id, by)
    match said:
        case Reply():
            return (ReplyHidden if hides else ReplyShown)(there.event_id, said.id, there.id, there.draft_id, by)
        case Objection():
            kind = ObjectionHidden if hides else ObjectionShown
            return kind(there.event_id, said.id, there.id, there.draft_id, by)
        case _:
            return (RemarkHidden if hides else RemarkShown)(there.event_id, said.id, there.draft_id, by)

"""Whose signatures count in an event's record: ours, and those of the installation that it came from."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from . import keys, verify
from .message import service_address
from .models import AdoptedKey
from .objects import Commit
from .signing import Signer


def own(signer: Signer, base_url: str) -> str:
    """This installation's lines of a list of allowed signers."""
    return keys.allowed_signers(signer, service_address(base_url))


def counting(session: Session, event_id: int, ours: str) -> str:
    """The list of allowed signers for one event; `ours` are the lines of this installation."""
    lines = ours.splitlines()
    return "\n".join([*lines, *(line for line in adopted(session, event_id) if line not in lines)])


def adopted(session: Session, event_id: int) -> list[str]:
    """Lines of keys that the event brought with it."""
    lines = sa.select(AdoptedKey.line).where(AdoptedKey.event_id == event_id).order_by(AdoptedKey.id)
    return list(session.scalars(lines))


def complaint(commit: Commit, allowed: str) -> str | None:
    """What is wrong with a commit's signature, as the end of a sentence that begins with the commit; None if it counts.

    `allowed` is the text of a list of allowed signers.
    """
    version = verify.Version(
        id="", draft="", number=0, at=commit.committed, message=commit.message, signature=commit.signature or "",
        signed=commit.unsigned,
    )  # fmt: skip
    fault = next(verify.signature_of(version, list(verify.read_keys(allowed))), None)
    return None if fault is None else f"it {fault.rstrip('.')}"

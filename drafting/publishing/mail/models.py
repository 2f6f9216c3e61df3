"""Tables of letters: who asked for them, and what there is to tell."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base


class Subscription(Base):
    """One address that gets letters about an event or one of its texts. It is all that is known of a person here.

    due → handing → told;  due → due, later, if the server did not take it;  handing → nothing more is tried if nobody
    knows whether it arrived: the next letter tells of the same versions again.
    """

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("draft.id"))
    """None: every text of the event."""
    mark: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """Digest of address, event and text: an address is there once for each."""
    address_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    sealed: Mapped[bytes]
    """The address, and the token that opens its page, encrypted."""
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    rhythm: Mapped[str] = mapped_column(sa.String(10))
    made: Mapped[datetime]
    asked: Mapped[datetime]
    """When somebody last asked for a letter with the address of its page."""
    cards: Mapped[int]
    """How many of these were asked for since `cards_since`."""
    cards_since: Mapped[datetime]
    confirmed: Mapped[datetime | None]
    card: Mapped[bool]
    """Whether that letter has still to go."""
    told: Mapped[int]
    """The last edition that a letter told of; 0 for none."""
    due: Mapped[datetime | None] = mapped_column(index=True)
    """When the next letter goes; None while there is nothing to tell."""
    handing: Mapped[int | None]
    """The last edition of the letter that was being handed in when this was written; 0 for a card."""
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    first_tried: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(sa.String(300))


class Edition(Base):
    """What every letter about a version says."""

    __tablename__ = "edition"
    __table_args__ = {"sqlite_autoincrement": True}
    """Readers are told by number; one that was deleted must not come again."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    number: Mapped[int]
    body: Mapped[dict[str, Any]]
    """`wording.letter.Item` as JSON."""
    readers: Mapped[int]
    """How many it was for."""
    created: Mapped[datetime]


class NeverAgain(Base):
    """An address that must not be written to, because whoever has it said so."""

    __tablename__ = "never_again"

    address_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime]

"""Asking for letters, confirming that (double opt-in), changing and ending it. Addresses are stored encrypted only."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...db import LOCK
from ...errors import Invalid, NotFound
from ...events.models import Event
from ...people.tokens import Mint, random_token
from ..models import Channel
from ..vault import Vault
from .models import Edition, NeverAgain, Subscription
from .slots import RHYTHMS

ADDRESS_LIMIT = 254
UNCONFIRMED = timedelta(days=2)
"""So long an address is kept that nobody confirmed."""
BETWEEN_CARDS = timedelta(minutes=10)
MOST_CARDS = 5
"""So many letters with the address of a page may one address get in `UNCONFIRMED`."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: letters about an event or one of its texts, and how often."""

    event_id: int
    draft_id: int | None
    rhythm: str


@dataclass(frozen=True)
class Office:
    """Who answers for an event's letters, and where answers to them go; that may be empty."""

    sender: str
    answers: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, str]) -> "Office":
        return cls(stored.get("sender", ""), stored.get("answers", ""))


def address(typed: str) -> str:
    """An address in the form in which it is kept. Raises Invalid."""
    try:
        found = validate_email(typed[: ADDRESS_LIMIT + 1], check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise Invalid("This is not a complete e-mail address, such as name@example.org.", "address") from error
    if "=?" in found.local_part:  # an encoded word, which mail programs would read as something else
        raise Invalid("We cannot write to an address with =? in it.", "address")
    return f"{found.local_part}@{found.ascii_domain}"


def is_offered(session: Session, event_id: int, *, lock: bool = False) -> Channel | None:
    """The event's channel for letters, if it has one; with `lock` it stays until the transaction ends."""
    mine = Channel.event_id == event_id, Channel.kind == "mail", Channel.removed.is_(None)
    found = sa.select(Channel).where(*mine)
    return session.scalar(found.with_for_update(**LOCK) if lock else found)


def ask(session: Session, vault: Vault, mint: Mint, wish: Wish, address: str, at: datetime) -> None:
    """A letter goes to the address, with the address of the page where it is confirmed; where letters were confirmed
    before, they are changed or ended there. Whoever asks is not told which. Raises Invalid with the field.
    """
    if wish.rhythm not in RHYTHMS:
        raise Invalid("Choose how often.", "rhythm")
    digest = mint.digest(f"letters to {address.lower()}")
    is_offered(session, wish.event_id, lock=True)  # nobody disconnects it meanwhile
    if session.get(NeverAgain, digest) is not None or not _may_have_another(session, digest, at):
        return
    mark = mint.digest(f"letters to {address.lower()} about {wish.event_id} {wish.draft_id or 0}")
    mine = sa.select(Subscription).where(Subscription.mark == mark).with_for_update(**LOCK)
    row = session.scalar(mine)
    if row is None:
        token = random_token()
        fresh = Subscription(
            event_id=wish.event_id, draft_id=wish.draft_id, mark=mark, address_digest=digest,
            sealed=vault.seal({"address": address, "token": token}), token_digest=mint.digest(token),
            rhythm=wish.rhythm, made=at, asked=at, cards=1, cards_since=at, card=True, told=0, due=at, attempts=0,
            last_error="",
        )  # fmt: skip
        with contextlib.suppress(IntegrityError), session.begin_nested():  # somebody else asked at this moment
            session.add(fresh)
    elif at - row.asked >= BETWEEN_CARDS:
        row.asked, row.card, row.due = at, True, at
        if at - row.cards_since > UNCONFIRMED:
            row.cards, row.cards_since = 0, at
        row.cards += 1
        if row.confirmed is None:
            row.rhythm = wish.rhythm


def _may_have_another(session: Session, address_digest: str, at: datetime) -> bool:
    """Others can type the address in: so many letters and no more ask it whether that was wanted."""
    lately = Subscription.address_digest == address_digest, Subscription.cards_since > at - UNCONFIRMED
    return (session.scalar(sa.select(sa.func.sum(Subscription.cards)).where(*lately)) or 0) < MOST_CARDS


def find(session: Session, mint: Mint, event: str, token: str) -> Subscription:
    """One's own letters about an event with this slug. Raises NotFound."""
    mine = sa.select(Subscription).join(Event, Event.id == Subscription.event_id)
    row = session.scalar(mine.where(Subscription.token_digest == mint.digest(token), Event.slug == event))
    if row is None:
        raise NotFound("These letters were ended, or never asked for. Nothing is sent any more.")
    return row


def confirm(session: Session, row: Subscription, at: datetime) -> None:
    """From now on. Twice changes nothing more."""
    if row.confirmed is None:
        row.confirmed = at
        row.told = newest(session, row.event_id, row.draft_id)


def change(session: Session, row: Subscription, rhythm: str) -> None:
    """What waits goes when it would have gone. Raises Invalid with the field."""
    if rhythm not in RHYTHMS:
        raise Invalid("Choose how often.", "rhythm")
    row.rhythm = rhythm


def end(session: Session, row: Subscription) -> None:
    """Nothing more is sent, and the address is forgotten."""
    session.delete(row)


def never_again(session: Session, row: Subscription, at: datetime) -> None:
    """All letters to this address end, and nobody can ask for any."""
    digest = row.address_digest
    session.execute(sa.delete(Subscription).where(Subscription.address_digest == digest))
    if session.get(NeverAgain, digest) is None:
        session.add(NeverAgain(address_digest=digest, at=at))


def end_all(session: Session, event_id: int) -> None:
    """The event writes no letters any more: every address is forgotten."""
    session.execute(sa.delete(Subscription).where(Subscription.event_id == event_id))
    session.execute(sa.delete(Edition).where(Edition.event_id == event_id))


def take_back(session: Session, draft_id: int, numbers: Sequence[int]) -> None:
    """What letters would say of these versions is said in none."""
    session.execute(sa.delete(Edition).where(Edition.draft_id == draft_id, Edition.number.in_(numbers)))


def readers(session: Session, event_id: int) -> int:
    """How many addresses get letters about an event or one of its texts."""
    mine = sa.select(sa.func.count(sa.distinct(Subscription.address_digest))).where(
        Subscription.event_id == event_id, Subscription.confirmed.is_not(None)
    )
    return session.scalar(mine) or 0


def newest(session: Session, event_id: int, draft_id: int | None) -> int:
    """The last edition about an event, or one of its texts; 0 if there is none."""
    about = sa.select(sa.func.max(Edition.id)).where(Edition.event_id == event_id)
    if draft_id is not None:
        about = about.where(Edition.draft_id == draft_id)
    return session.scalar(about) or 0


def masked(address: str) -> str:
    """`a…@example.org`: enough to know one's own, too little to learn another's."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"

"""Sends letters: claim, compose, hand in outside any transaction, note it.

A mail server cannot be asked what became of a letter. One of which nobody knows whether it was taken is not sent again:
the next one tells of the same versions once more.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ...config import MailServer
from ...db import Database, now
from ...events.models import Event
from ...wording import letter
from ...wording.letter import Frame, Item, Letter
from ...wording.tongue import Tongue, tongue
from ..channels.failures import Retry, Revoked, Uncertain, Undelivered
from ..claims import ERROR_LIMIT, GIVE_UP, waiting_time
from ..crew import Crew
from ..holding import held
from ..models import Channel
from ..vault import Vault
from . import editions
from .models import Subscription
from .server import PATIENCE_S, Closed, Counter, NoSuchReader, counter
from .subscribing import UNCONFIRMED, Office, is_offered

log = logging.getLogger(__name__)

Title = Callable[[Session, int, int | None], str | None]
"""What an event, or one of its texts, is called; None while it is hidden."""

AT_ONCE = 2
BUNDLE = 20
"""So many letters are taken at once."""
LEASE = timedelta(minutes=30)
"""Longer than a bundle takes of which each letter is waited for as long as `PATIENCE_S`, twice."""
MISSING = 3
"""So often a reader must not be there until the address is forgotten."""
STEPS = ("claimed", "handing", "handed", "noted")


@dataclass(frozen=True)
class Turn:
    """The right to write one letter until `lease_until`. `newest` is the last edition that it tells of, 0 for a card;
    there is no `letter` where there is nothing to tell.
    """

    subscription_id: int
    lease_until: datetime
    attempt: int
    first_tried: datetime
    newest: int
    to: str
    message: EmailMessage | None


class _Gone(Exception):
    """The letters were ended meanwhile, or another worker has this one."""


class Postman:
    """Without a mail server it does nothing. `step` is told each of STEPS when it is done; tests interrupt there."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        server: MailServer | None,
        base_url: str,
        *,
        title: Title,
        at_once: int = AT_ONCE,
        patience_s: float = PATIENCE_S,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._database, self._vault, self._server, self._base_url = database, vault, server, base_url
        self._title, self._step, self._patience_s = title, step, patience_s
        self._crew = Crew("postman", self._walk, at_once=at_once)
        self._failures = 0
        long_ago = datetime.min.replace(tzinfo=now().tzinfo)
        self._away_until = self._swept = long_ago

    def send_due(self, at: datetime) -> int:
        """See that enough threads write what is due; says how many were started. Never waits."""
        if self._server is None or at < self._away_until:
            return 0
        self._sweep(at)
        with self._database.read() as session:
            doubtful = session.scalar(sa.select(sa.exists().where(_doubtful(at))))
        if doubtful:
            with self._database.write(tells=False) as session:
                settle(session, at)
        with self._database.read() as session:
            found = len(session.scalars(_due(at).limit(BUNDLE * AT_ONCE)).all())
        return self._crew.call(-(-found // BUNDLE))

    def wait(self) -> None:
        """Until everybody who was started has come back; for tests and benches."""
        self._crew.wait()

    def _walk(self) -> None:
        try:
            while not self._one_conversation():
                self._failures = 0
        except (Retry, Revoked) as failure:
            self._failures += 1
            self._away_until = now() + waiting_time(self._failures, 0)
            log.warning("no letters: %s", failure.words)

    def _one_conversation(self) -> bool:
        """Whether everything that was due was tried; False if the server had enough after it took some."""
        assert self._server is not None
        tried = 0
        with counter(self._server, self._patience_s) as desk:
            while turns := self._claim(now()):
                for at_hand, turn in enumerate(turns):
                    try:
                        self._send(desk, turn)
                    except Closed:
                        self._give_back(turns[at_hand + 1 :])
                        if not tried:
                            raise
                        return False
                    tried += 1
            self._failures = 0
        return True

    def _claim(self, at: datetime) -> list[Turn]:
        with self._database.write(tells=False) as session:
            turns = claim(session, self._vault, self._base_url, self._sender, self._title, at)
        self._step("claimed")
        return turns

    @property
    def _sender(self) -> str:
        assert self._server is not None
        return self._server.sender

    def _send(self, desk: Counter, turn: Turn) -> None:
        def hold_on() -> None:
            with self._database.write(tells=False) as session:
                if not _end(session, turn, handing=turn.newest, keep_lease=True):
                    raise _Gone
            self._step("handing")

        try:
            if turn.message is not None:
                desk.hand_in(turn.message, turn.to, before=hold_on)
                self._step("handed")
        except _Gone:
            desk.begin_anew()
            return
        except Undelivered as failure:
            log.info("no letter", extra={"subscription": turn.subscription_id, "how": type(failure).__name__})
            with self._database.write(tells=False) as session:
                give_up(session, turn, failure, now())
            if isinstance(failure, Closed):
                raise
            return
        with self._database.write(tells=False) as session:
            note(session, turn, now())
        self._step("noted")

    def _give_back(self, turns: list[Turn]) -> None:
        with self._database.write(tells=False) as session:
            for turn in turns:
                _end(session, turn)

    def _sweep(self, at: datetime) -> None:
        """Addresses that nobody confirmed go, once an hour."""
        if at - self._swept < timedelta(hours=1):
            return
        self._swept = at
        with self._database.write(tells=False) as session:
            old = Subscription.confirmed.is_(None), Subscription.asked < at - UNCONFIRMED
            session.execute(sa.delete(Subscription).where(*old))


def claim(session: Session, vault: Vault, base_url: str, sender: str, title: Title, at: datetime) -> list[Turn]:
    """Letters that are due, written and ours for a while: nobody else sends them."""
    mine = (
        sa.update(Subscription)
        .where(Subscription.id.in_(_due(at).limit(BUNDLE).scalar_subquery()), _free(at))
        .values(
            lease_until=at + LEASE,
            attempts=Subscription.attempts + 1,
            first_tried=sa.func.coalesce(Subscription.first_tried, sa.literal(at, Subscription.first_tried.type)),
        )
        .returning(Subscription.id)
        .execution_options(synchronize_session=False)
    )
    rows = sa.select(Subscription).where(Subscription.id.in_(list(session.scalars(mine))))
    readers = session.scalars(rows.order_by(Subscription.due))
    return [_turn(session, reader, vault, base_url, sender, title) for reader in readers]


def _turn(session: Session, reader: Subscription, vault: Vault, base_url: str, sender: str, title: Title) -> Turn:
    opened = vault.open(reader.sealed)
    event = session.get_one(Event, reader.event_id)
    about = title(session, reader.event_id, reader.draft_id)
    office = _office(session, vault, reader.event_id)
    manage = f"{base_url}/e/{event.slug}/-/letters/{opened['token']}"
    told = editions.untold(session, reader)
    written: Letter | None = None
    newest = 0
    if reader.card:
        written = _card(reader, about or event.title, office, manage, tongue(event.language))
    else:
        newest = told[-1].id if told else reader.told
        seen = {draft_id: title(session, reader.event_id, draft_id) for draft_id in {one.draft_id for one in told}}
        if about and (items := [Item.from_json(one.body) for one in told if seen[one.draft_id]]):
            written = letter.compose(items, Frame(about, office.sender, manage))
    to, host = opened["address"], urlsplit(base_url).hostname or "localhost"
    message = None
    if written is not None:
        which = hashlib.sha256(f"{reader.mark} {newest} {reader.asked.timestamp()}".encode()).hexdigest()[:32]
        list_id = f"{event.slug}.letters.{host}"
        message = _message(written, to=to, sender=sender, name=about or event.title, id=f"<{which}@{host}>")
        message["List-Id"] = f"<{list_id}>"
        message["List-Unsubscribe"] = f"<{manage}/stop>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        if reader.draft_id is not None and not reader.card:
            message["References"] = f"<{reader.draft_id}.{list_id}>"
        if office.answers:
            message["Reply-To"] = office.answers
    assert reader.lease_until is not None and reader.first_tried is not None
    return Turn(reader.id, reader.lease_until, reader.attempts, reader.first_tried, newest, to, message)


def _card(reader: Subscription, about: str, office: Office, manage: str, speech: Tongue) -> Letter:
    known = reader.confirmed is not None
    return letter.card(Frame(about, office.sender, manage), known=known, days=UNCONFIRMED.days, speech=speech)


def _office(session: Session, vault: Vault, event_id: int) -> Office:
    channel = is_offered(session, event_id)
    return Office.of(vault.open(channel.secret) if channel is not None else {})


def _message(written: Letter, *, to: str, sender: str, name: str, id: str) -> EmailMessage:
    """Both forms of it, with what tells other machines that this is no person's letter (RFC 3834)."""
    message = EmailMessage()
    message["From"] = formataddr((name, sender))
    message["To"] = to
    message["Subject"] = written.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")
    if written.language:
        message["Content-Language"] = written.language
    return message


def note(session: Session, turn: Turn, at: datetime) -> None:
    """It is out, or there was nothing to tell."""
    reader = session.get(Subscription, turn.subscription_id)
    if reader is None or reader.lease_until != turn.lease_until:
        return
    if turn.message is None:
        _go_on(session, reader, None)
        return
    if turn.newest:
        reader.told = turn.newest
    reader.card, reader.last_error = False, ""
    _go_on(session, reader, at)


def settle(session: Session, at: datetime) -> None:
    """Letters of which nobody knows whether they were taken: what they told waits for the next one."""
    for reader in session.scalars(sa.select(Subscription).where(_doubtful(at))):
        _doubt(session, reader, at)


def give_up(session: Session, turn: Turn, failure: Undelivered, at: datetime) -> None:
    """It did not work: say why, and when to try again, if at all."""
    reader = session.get(Subscription, turn.subscription_id)
    if reader is None or reader.lease_until != turn.lease_until:
        return
    reader.last_error = failure.words[:ERROR_LIMIT]
    if isinstance(failure, Uncertain):
        _doubt(session, reader, at)
        return
    missing = isinstance(failure, NoSuchReader)
    if missing and (reader.confirmed is None or turn.attempt >= MISSING):
        session.delete(reader)
    elif (isinstance(failure, Retry) or missing) and at - turn.first_tried < GIVE_UP:
        reader.due, reader.lease_until = at + waiting_time(turn.attempt, 0), None
        reader.handing = None
    else:
        reader.card = False
        _go_on(session, reader, None)


def _doubt(session: Session, reader: Subscription, at: datetime) -> None:
    newer = any(edition.id > (reader.handing or 0) for edition in editions.untold(session, reader))
    reader.card = False
    _go_on(session, reader, at if newer and reader.handing else None)


def _go_on(session: Session, reader: Subscription, at: datetime | None) -> None:
    """What has come meanwhile goes with the next letter, if there is a moment `at` from which it may."""
    reader.handing = reader.lease_until = reader.first_tried = None
    reader.attempts = 0
    waits = at is not None and reader.confirmed is not None and editions.untold(session, reader)
    channel = is_offered(session, reader.event_id)
    reader.due = editions.slot(session, reader.event_id, reader.rhythm, channel, at) if waits and at else None


def _due(at: datetime) -> sa.Select[int]:
    """Whose letter may go now, longest waiting first. A card goes also while posts are held."""
    offered = sa.exists().where(
        Channel.event_id == Subscription.event_id, Channel.kind == "mail", Channel.removed.is_(None),
        sa.or_(Subscription.card, Channel.paused.is_(None)),
    )  # fmt: skip
    may = sa.or_(Subscription.card, ~held(at, Subscription.event_id))
    return sa.select(Subscription.id).where(Subscription.due <= at, _free(at), offered, may).order_by(Subscription.due)


def _free(at: datetime) -> sa.ColumnElement[bool]:
    """Nobody has it, or whoever had it is gone and had not begun to hand it in."""
    left = sa.and_(Subscription.lease_until <= at, Subscription.handing.is_(None))
    return sa.or_(Subscription.lease_until.is_(None), left)


def _doubtful(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Subscription.lease_until <= at, Subscription.handing.is_not(None))


def _end(session: Session, turn: Turn, *, handing: int | None = None, keep_lease: bool = False) -> bool:
    mine = Subscription.id == turn.subscription_id, Subscription.lease_until == turn.lease_until
    values: dict[str, Any] = {"handing": handing}
    if not keep_lease:
        values |= {"lease_until": None, "attempts": Subscription.attempts - 1}
    changed: Any = session.execute(
        sa.update(Subscription).where(*mine).values(**values).execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)

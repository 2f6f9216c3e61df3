"""Connecting an event to the places where it is announced: what each kind needs, checked before it is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..config import Settings
from ..db import Database
from ..errors import Invalid, NotFound, Stale
from ..wording.tongue import languages
from .channels import Undelivered
from .channels.channel import Channel as OpenChannel
from .channels.kind import Account, Ground
from .kinds import KINDS
from .models import Channel, Delivery
from .pictures import Pictures
from .vault import Vault

NAME_LIMIT = 60
MOST_HASHTAGS = 2
RULES = ("every", "digest", "major")
DIGESTS = (15, 60, 180, 720, 1440, 10080)
"""Minutes between two posts about several versions."""
OPEN = ("gathering", "waiting", "due", "uncertain", "by_hand")


@dataclass(frozen=True)
class Connection:
    """An account of one kind, under the name that the event's list gives it; empty while only the place knows it."""

    kind: str
    name: str
    account: Account


def ground(settings: Settings, database: Database) -> Ground:
    return Ground(
        base_url=settings.base_url,
        address_given=settings.base_url_given,
        database=database,
        pictures=Pictures(settings.pictures),
        allow_private=settings.allow_private_webhooks,
        mail=settings.mail,
    )


def read(ground: Ground, *, kind: str, name: str, fields: Mapping[str, str]) -> Connection:
    """What somebody typed, as a connection. No network. Raises Invalid with the field."""
    if kind not in KINDS or KINDS[kind].own:
        raise Invalid("There is no such kind of place.", "kind")
    chosen = KINDS[kind]
    name = " ".join(name.split())[:NAME_LIMIT]
    if chosen.posts and not ground.address_given:
        raise Invalid(
            "Posts hold links, and this installation does not know its public address yet. "
            "Set DRAFTING_BASE_URL, for example https://drafts.example.org, and start it again."
        )
    if lacking := chosen.lacks(ground):
        raise Invalid(lacking)
    account = chosen.read(fields, ground)
    if not (name or account.name or chosen.elsewhere):
        raise Invalid("Say where it will be posted, for example: Facebook page.", "name")
    return Connection(kind, name or account.name, account)


def check(ground: Ground, connection: Connection) -> None:
    """Try it for real. Speaks to the network: never call it within a transaction. Raises Invalid in words."""
    try:
        build(connection.kind, connection.account.credentials, ground).check()
    except Undelivered as error:
        raise Invalid(error.words) from error


def save(session: Session, vault: Vault, connection: Connection, *, event_id: int, at: datetime) -> Channel:
    """Keep a connection that was checked. Announces what is released from now on. Raises Stale if it is there."""
    kind = KINDS[connection.kind]
    if kind.once and any(row.kind == kind.word for row in of_event(session, event_id)):
        raise Stale(f"{kind.name} is connected already.")
    row = Channel(
        event_id=event_id,
        kind=connection.kind,
        name=connection.name,
        address=connection.account.address,
        secret=vault.seal(connection.account.credentials),
        created=at,
    )
    session.add(row)
    session.flush()
    return row


def make_own(session: Session, event_id: int, at: datetime) -> None:
    """What every event has without anybody's doing."""
    for kind in KINDS.values():
        if kind.own:
            session.add(Channel(event_id=event_id, kind=kind.word, name=kind.name, secret=b"", created=at))


def replace(session: Session, vault: Vault, connection: Connection, *, event_id: int, channel_id: int) -> Channel:
    """Give a channel other credentials for the same account, checked like the first. Raises NotFound, Invalid."""
    row = one(session, event_id, channel_id)
    same = KINDS[row.kind].once or row.address == connection.account.address
    if row.kind != connection.kind or not same:
        raise Invalid(
            f"This is another account: {connection.account.address}. To post there as well, connect it as a place of "
            f"its own. Here we need {row.address}."
        )
    row.secret, row.address = vault.seal(connection.account.credentials), connection.account.address
    attended(session, row)
    return row


def attended(session: Session, channel: Channel) -> None:
    """A person has seen to it: what waited goes out, in order."""
    channel.attention, channel.attention_since = "", None
    session.execute(_waiting(channel).values(not_before=Delivery.created))


def _waiting(channel: Channel) -> sa.Update:
    return sa.update(Delivery).where(Delivery.channel_id == channel.id, Delivery.state.in_(("due", "uncertain")))


def connect(
    session: Session,
    vault: Vault,
    ground: Ground,
    *,
    event_id: int,
    kind: str,
    name: str,
    fields: Mapping[str, str],
    at: datetime,
) -> Channel:
    """`read` and `save` in one, for kinds that need no trial."""
    return save(session, vault, read(ground, kind=kind, name=name, fields=fields), event_id=event_id, at=at)


def signing_secret(vault: Vault, channel: Channel) -> str:
    """What the receiver of a webhook checks our signature with. Show it once, to whoever connected it."""
    return vault.open(channel.secret)["secret"]


def build(kind: str, credentials: Mapping[str, str], ground: Ground) -> OpenChannel:
    return KINDS[kind].open(credentials, ground)


def of_event(session: Session, event_id: int) -> list[Channel]:
    """The event's channels, oldest first, paused ones too."""
    mine = sa.select(Channel).where(Channel.event_id == event_id, Channel.removed.is_(None))
    return list(session.scalars(mine.order_by(Channel.id)))


def needing_attention(session: Session, event_id: int) -> list[Channel]:
    """Where nothing can be posted until a person has seen to it."""
    return [channel for channel in of_event(session, event_id) if channel.attention_since is not None]


@dataclass(frozen=True)
class Manner:
    """How it is posted in one place: not between two times of day, with which hashtags besides the event's, and in
    which language; empty for the event's.
    """

    quiet_from: time | None = None
    quiet_until: time | None = None
    hashtags: tuple[str, ...] = ()
    rule: str = "every"
    digest_minutes: int = 60
    language: str = ""


def change(session: Session, event_id: int, channel_id: int, manner: Manner) -> None:
    """Raises Invalid with the field."""
    if (manner.quiet_from is None) != (manner.quiet_until is None):
        raise Invalid("Give both times, or neither.", "quiet_until" if manner.quiet_from else "quiet_from")
    if len(manner.hashtags) > MOST_HASHTAGS or not all(re.fullmatch(r"\w{1,60}", word) for word in manner.hashtags):
        raise Invalid("At most two hashtags, of letters and digits, with a space between them.", "hashtags")
    if manner.rule not in RULES:
        raise Invalid("Choose what is posted there.", "rule")
    if manner.digest_minutes not in DIGESTS:
        raise Invalid("Choose how often.", "digest_minutes")
    if manner.language and manner.language not in languages():
        raise Invalid("Choose the language.", "language")
    row = one(session, event_id, channel_id)
    if manner.rule == "digest" and not KINDS[row.kind].joins:
        raise Invalid("Here each reader chooses how many versions come together.", "rule")
    row.language = manner.language
    row.rule, row.digest_minutes = manner.rule, manner.digest_minutes
    row.quiet_from, row.quiet_until = (
        f"{hour:%H:%M}" if hour else "" for hour in (manner.quiet_from, manner.quiet_until)
    )
    row.hashtags = " ".join(manner.hashtags)
    # What other quiet hours had put off is looked at anew.
    session.execute(_waiting(row).where(Delivery.attempts == 0).values(not_before=Delivery.created))


def pause(session: Session, event_id: int, channel_id: int, at: datetime) -> None:
    """Posts that wait stay; what is released meanwhile is not announced there."""
    one(session, event_id, channel_id).paused = at


def resume(session: Session, event_id: int, channel_id: int) -> None:
    one(session, event_id, channel_id).paused = None


def ask_before(session: Session, event_id: int, channel_id: int, *, each: bool) -> None:
    """Whether a person approves each post from now on; what waits already goes on waiting."""
    one(session, event_id, channel_id).approves = each


def remove(session: Session, event_id: int, channel_id: int, at: datetime) -> None:
    """Forget the credentials and cancel what waits. What was posted stays in the ledger."""
    row = one(session, event_id, channel_id)
    if KINDS[row.kind].own:
        raise Invalid("This account is the event's own; it can be paused.")
    row.removed, row.secret = at, b""
    KINDS[row.kind].forget(session, event_id)
    waiting = sa.update(Delivery).where(Delivery.channel_id == channel_id, Delivery.state.in_(OPEN))
    session.execute(waiting.values(state="cancelled"))


def one(session: Session, event_id: int, channel_id: int) -> Channel:
    """A channel of the event that was not disconnected. Raises NotFound."""
    row = session.get(Channel, channel_id)
    if row is None or row.event_id != event_id or row.removed is not None:
        raise NotFound("There is no such channel.")
    return row

"""Connecting an event to the places where it is announced: what each kind needs, checked before it is kept."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..config import Settings
from ..errors import Invalid, NotFound
from .channels import Undelivered
from .channels.bluesky import DEFAULT_SERVICE, Bluesky
from .channels.by_hand import ByHand
from .channels.channel import Channel as OpenChannel
from .channels.webhook import PREFIX, Webhook
from .models import Channel, Delivery
from .vault import Vault

KINDS = ("bluesky", "webhook", "by_hand")
NAME_LIMIT = 60
ADDRESS_LIMIT = 500
OPEN = ("due", "uncertain", "by_hand")


@dataclass(frozen=True)
class Connection:
    """What a channel needs, complete and of the right form. `address` may be shown, `credentials` not."""

    kind: str
    name: str
    address: str
    credentials: dict[str, str]


def read(settings: Settings, *, kind: str, name: str, fields: Mapping[str, str]) -> Connection:
    """What somebody typed, as a connection. No network. Raises Invalid with the field.

    bluesky: `handle`, `app_password`, `service` (may be left out). webhook: `url`; its secret is made here.
    by_hand: nothing but a name.
    """
    if kind not in KINDS:
        raise Invalid("Choose Bluesky, a webhook, or posting by hand.", "kind")
    name = " ".join(name.split())[:NAME_LIMIT]
    if kind == "by_hand":
        if not name:
            raise Invalid("Say where it will be posted, for example: Facebook page.", "name")
        return Connection(kind, name, "", {})
    if not settings.base_url_given:
        raise Invalid(
            "Posts hold links, and this installation does not know its public address yet. "
            "Set DRAFTING_BASE_URL, for example https://drafts.example.org, and start it again."
        )
    if kind == "webhook":
        url = _web_address(fields.get("url", ""), "url")
        fresh = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
        return Connection(kind, name or urlsplit(url).hostname or url, _shown(url), {"url": url, "secret": fresh})
    return _read_bluesky(settings, name, fields)


def _read_bluesky(settings: Settings, name: str, fields: Mapping[str, str]) -> Connection:
    handle = fields.get("handle", "").strip().removeprefix("@").lower()
    if "." not in handle or len(handle) > 253 or any(c.isspace() or c in "/@" for c in handle):
        raise Invalid("A Bluesky handle looks like name.bsky.social.", "handle")
    password = fields.get("app_password", "").strip()
    if not password:
        raise Invalid("Make an app password in Bluesky's settings and give it here.", "app_password")
    service = _web_address(fields.get("service", "").strip() or DEFAULT_SERVICE, "service")
    if not service.startswith("https://") and not settings.allow_private_webhooks:
        raise Invalid("The server's address must begin with https://, because a password goes there.", "service")
    credentials = {"handle": handle, "app_password": password, "service": service}
    return Connection("bluesky", name or handle, handle, credentials)


def check(settings: Settings, connection: Connection) -> None:
    """Try it for real. Speaks to the network: never call it within a transaction. Raises Invalid in words."""
    channel = build(connection.kind, connection.credentials, allow_private=settings.allow_private_webhooks)
    if isinstance(channel, Bluesky):
        try:
            channel.check()
        except Undelivered as error:
            raise Invalid(error.words) from error


def save(session: Session, vault: Vault, connection: Connection, *, event_id: int, at: datetime) -> Channel:
    """Keep a connection that was checked. Announces what is released from now on."""
    row = Channel(
        event_id=event_id,
        kind=connection.kind,
        name=connection.name,
        address=connection.address,
        secret=vault.seal(connection.credentials),
        created=at,
    )
    session.add(row)
    session.flush()
    return row


def connect(
    session: Session,
    vault: Vault,
    settings: Settings,
    *,
    event_id: int,
    kind: str,
    name: str,
    fields: Mapping[str, str],
    at: datetime,
) -> Channel:
    """`read` and `save` in one, for kinds that need no trial."""
    return save(session, vault, read(settings, kind=kind, name=name, fields=fields), event_id=event_id, at=at)


def signing_secret(vault: Vault, channel: Channel) -> str:
    """What the receiver of a webhook checks our signature with. Show it once, to whoever connected it."""
    return vault.open(channel.secret)["secret"]


def build(kind: str, credentials: Mapping[str, str], *, allow_private: bool) -> OpenChannel:
    if kind == "bluesky":
        return Bluesky(
            credentials["handle"], credentials["app_password"], credentials["service"], allow_private=allow_private
        )
    if kind == "webhook":
        return Webhook(credentials["url"], credentials["secret"], allow_private=allow_private)
    return ByHand()


def of_event(session: Session, event_id: int) -> list[Channel]:
    """The event's channels, oldest first, paused ones too."""
    mine = sa.select(Channel).where(Channel.event_id == event_id, Channel.removed.is_(None))
    return list(session.scalars(mine.order_by(Channel.id)))


def pause(session: Session, event_id: int, channel_id: int, at: datetime) -> None:
    """Posts that wait stay; what is released meanwhile is not announced there."""
    _one(session, event_id, channel_id).paused = at


def resume(session: Session, event_id: int, channel_id: int) -> None:
    _one(session, event_id, channel_id).paused = None


def remove(session: Session, event_id: int, channel_id: int, at: datetime) -> None:
    """Forget the credentials and cancel what waits. What was posted stays in the ledger."""
    row = _one(session, event_id, channel_id)
    row.removed, row.secret = at, b""
    waiting = sa.update(Delivery).where(Delivery.channel_id == channel_id, Delivery.state.in_(OPEN))
    session.execute(waiting.values(state="cancelled"))


def _one(session: Session, event_id: int, channel_id: int) -> Channel:
    row = session.get(Channel, channel_id)
    if row is None or row.event_id != event_id or row.removed is not None:
        raise NotFound("There is no such channel.")
    return row


def _web_address(typed: str, field: str) -> str:
    """An http address without a password in it."""
    try:
        parts = urlsplit(typed.strip())
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or "@" in parts.netloc or len(typed) > ADDRESS_LIMIT or any(c.isspace() for c in typed.strip()):
        raise Invalid("Give a full address that begins with https://", field)
    return typed.strip()


def _shown(url: str) -> str:
    """Without the query: tokens are often put there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"

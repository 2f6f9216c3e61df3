"""A signed POST to an address that somebody gave us, by the Standard Webhooks scheme.

github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from ...db import now
from ...wording.measures import Limits
from ..announcement import Announcement, fitted
from .channel import Post, Sent
from .failures import Rejected
from .kind import Account, Asked, Ground, Kind, web_address, without_query
from .outward import PATIENCE, Outward, Patience
from .speaking import USER_AGENT, refuse_trouble, translated

PREFIX = "whsec_"
TYPE = "revision.released"
TRIAL = "channel.test"
TEXT = Limits(500, 4000)  # ours: what chat programs show without cutting
PLACE = "The address"


class Webhook:
    """`secret` is `whsec_` and base64. `clock` gives the time that is signed."""

    limits = TEXT
    by_hand = False
    every_version = True

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        allow_private: bool = False,
        patience: Patience = PATIENCE,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._url, self._clock = url, clock
        self._key = base64.b64decode(secret.removeprefix(PREFIX))
        self._outward = Outward(allow_private=allow_private, patience=patience)

    def check(self) -> None:
        """Nothing can be tried without posting."""

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        text = fitted(announcement, self.limits)
        data = {**announcement.as_json(), "text": text}
        return Post(
            text=text,
            body={
                "type": TRIAL if announcement.trial else TYPE,
                "timestamp": at.astimezone(UTC).isoformat(),
                "data": data,
            },
        )

    def send(self, post: Post, key: str) -> Sent:
        body = canonical(post.body)
        headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **self._signature(key, body)}
        with translated(PLACE, posts=True), httpx.Client(transport=self._outward, trust_env=False) as client:
            with client.stream("POST", self._url, content=body, headers=headers) as answer:
                return self._understood(answer, key)  # the body is never read: the status says it all

    def find(self, post: Post, key: str) -> Sent | None:
        """A webhook cannot be asked; the receiver knows a second copy by its `Webhook-Id`."""
        return None

    def _understood(self, answer: httpx.Response, key: str) -> Sent:
        refuse_trouble(answer, PLACE, posts=True, at=self._clock())
        if answer.status_code >= 400:
            raise Rejected(f"The address refused the message ({answer.status_code}).")
        return Sent(remote_id=key)

    def _signature(self, key: str, body: bytes) -> dict[str, str]:
        stamp = str(int(self._clock().timestamp()))
        digest = hmac.new(self._key, f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
        return {
            "Webhook-Id": key,
            "Webhook-Timestamp": stamp,
            "Webhook-Signature": f"v1,{base64.b64encode(digest).decode()}",
        }


def canonical(body: dict[str, Any]) -> bytes:
    """The same bytes whatever the database made of the order of keys."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    """Its secret is made here."""
    url = web_address(fields.get("url", ""), "url")
    fresh = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    return Account(urlsplit(url).hostname or url, without_query(url), {"url": url, "secret": fresh})


def open_account(credentials: Mapping[str, str], ground: Ground) -> Webhook:
    return Webhook(credentials["url"], credentials["secret"], allow_private=ground.allow_private)


KIND = Kind(
    word="webhook",
    name="Webhook",
    meaning="We send a signed message to an address of yours. For people who write programs.",
    steps=("Let your program wait at an address for messages by the Standard Webhooks scheme.",),
    asks=(Asked("url", "Address", "It begins with https://", type="url"),),
    read=read,
    open=open_account,
)

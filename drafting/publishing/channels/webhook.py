"""A signed POST to an address that somebody gave us, by the Standard Webhooks scheme.

github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from ...db import now
from ...wording.measures import Limits
from ..announcement import Announcement, fitted
from .channel import Post, Sent
from .failures import Rejected, Retry, Uncertain
from .outward import PATIENCE, Forbidden, Outward, Patience

PREFIX = "whsec_"
TYPE = "revision.released"
TEXT = Limits(500, 4000)  # ours: what chat programs show without cutting
LONGEST_WAIT_S = 24 * 3600
COME_BACK = (408, 425, 429)


class Webhook:
    """`secret` is `whsec_` and base64. `clock` gives the time that is signed."""

    limits = TEXT
    by_hand = False

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

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        text = fitted(announcement, self.limits)
        data = {**announcement.as_json(), "text": text}
        return Post(text=text, body={"type": TYPE, "timestamp": at.astimezone(UTC).isoformat(), "data": data})

    def send(self, post: Post, key: str) -> Sent:
        body = canonical(post.body)
        headers = {"Content-Type": "application/json", "User-Agent": "drafting", **self._signature(key, body)}
        try:
            with httpx.Client(transport=self._outward, trust_env=False) as client:
                with client.stream("POST", self._url, content=body, headers=headers) as answer:
                    return self._understood(answer, key)  # the body is never read: the status says it all
        except Forbidden as error:
            raise Rejected(
                "The address belongs to a private network, and this installation does not post there."
            ) from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Retry("The address could not be reached.") from error
        except httpx.TimeoutException as error:
            raise Uncertain("The address took the message but did not answer in time.") from error
        except httpx.HTTPError as error:
            raise Uncertain("The connection broke before the answer came.") from error

    def find(self, post: Post, key: str) -> Sent | None:
        """A webhook cannot be asked; the receiver knows a second copy by its `Webhook-Id`."""
        return None

    def _understood(self, answer: httpx.Response, key: str) -> Sent:
        status = answer.status_code
        if status < 300:
            return Sent(remote_id=key)
        if status < 400:
            raise Rejected(f"The address answered with a redirect ({status}). Connect the address it leads to.")
        if status in COME_BACK or (status == 503 and "Retry-After" in answer.headers):
            wait = seconds_to_wait(answer.headers.get("Retry-After", ""), self._clock())
            raise Retry(f"The address asked us to come back later ({status}).", wait)
        if status < 500:
            raise Rejected(f"The address refused the message ({status}).")
        raise Uncertain(f"The address had trouble ({status}); it may have the message all the same.")

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


def seconds_to_wait(retry_after: str, at: datetime) -> float:
    """What a Retry-After header asks for, as seconds or as a date; at most a day, 0 if it makes no sense."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - at).total_seconds(), 0), LONGEST_WAIT_S)

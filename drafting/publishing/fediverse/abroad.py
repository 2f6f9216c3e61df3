"""Speaking to other servers: signed, guarded, and in whichever of the two kinds of signature they take."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import httpx

from ...db import now
from ..channels.outward import Forbidden, Outward, Patience
from ..channels.speaking import COME_BACK, seconds_to_wait
from . import cavage, rfc9421
from .addresses import HOUSE, KEY, host_of
from .keys import Seal, Signing
from .signatures import Request, Scheme, Unproven

JSON = "application/activity+json"
UNDERSTOOD = (JSON, "application/ld+json", "application/json")
ACCEPT = f'{JSON}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
PATIENCE = Patience(connect_s=5, silence_s=5, total_s=10)
REDIRECTS = 3
REMEMBERED = timedelta(hours=4)
KNOCK_AGAIN = (400, 401, 403)
SIGNED: Mapping[Scheme, Callable[[Request, Signing, datetime], dict[str, str]]] = {
    "rfc9421": rfc9421.signed,
    "cavage": cavage.signed,
}


class Unreachable(Exception):
    """Another server does not answer, or not as it should; it may work later."""


class Silent(Unreachable):
    """It does not answer at all."""


class Gone(Exception):
    """What was asked for existed, and was deleted."""


@dataclass(frozen=True)
class Outcome:
    """What became of something sent. `scheme`: the kind of signature it was taken with; None if it was not."""

    status: int
    after_s: float = 0
    scheme: Scheme | None = None

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def later(self) -> bool:
        """The server may take it another time."""
        return self.status in COME_BACK or self.status >= 500 or self.status == 0


NO_ANSWER = Outcome(0)


def scheme_for(remembered: str, since: datetime | None, at: datetime) -> Scheme:
    """What to try first: the newer one, unless the server wanted the older one lately."""
    lately = since is not None and at - since < REMEMBERED
    return "cavage" if remembered == "cavage" and lately else "rfc9421"


class Abroad:
    """Used by one thread at a time; connections are kept. Close it when done."""

    def __init__(self, base_url: str, seal: Seal, *, allow_private: bool, patience: Patience = PATIENCE) -> None:
        self._base, self._seal, self._allow_private = base_url, seal, allow_private
        outward = Outward(allow_private=allow_private, patience=patience, keep=True)
        self._client = httpx.Client(transport=outward, trust_env=False)
        self._agent = f"drafting (+{base_url})"

    def close(self) -> None:
        self._client.close()

    def post(self, inbox: str, body: bytes, by: str, scheme: Scheme) -> Outcome:
        """Send `body` as the actor with the id `by`, at most twice. Never raises."""
        signing = Signing(self._seal, by + KEY)
        first = self._posted(inbox, body, signing, scheme)
        if scheme == "cavage" or first.status not in KNOCK_AGAIN:
            return first
        second = self._posted(inbox, body, signing, "cavage")
        return second if second.taken else first

    def get(self, url: str) -> dict[str, Any]:
        """The object at this address, as its own host tells it. Raises Unreachable, Gone, or Unproven if that is none.

        Asks in the name of the house, for servers that answer nobody else.
        """
        signing = Signing(self._seal, self._base + HOUSE + KEY)
        for _ in range(REDIRECTS):
            # Servers that want signed questions know the older kind without exception.
            status, headers, body = self._got(url, signing)
            if status in (301, 302, 303, 307, 308) and "location" in headers:
                url = urljoin(url, headers["location"])
                continue
            if status in (404, 410):
                raise Gone
            if status != 200:
                raise Unreachable(f"answered {status}")
            if headers.get("content-type", "").partition(";")[0].strip().lower() not in UNDERSTOOD:
                raise Unproven("There is no actor at this address.")
            return _object(body, url)
        raise Unproven("The address leads from one place to another.")

    def _posted(self, inbox: str, body: bytes, signing: Signing, scheme: Scheme) -> Outcome:
        at = now()
        request = Request("POST", inbox, {"content-type": JSON, "user-agent": self._agent}, body)
        try:
            with self._client.stream(
                "POST", inbox, content=body, headers=SIGNED[scheme](request, signing, at)
            ) as answer:
                answer.read()
        except Forbidden:
            return Outcome(403)  # a private address: nobody whom we may speak to
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return NO_ANSWER
        after = seconds_to_wait(answer.headers.get("retry-after", ""), at)
        return Outcome(answer.status_code, after, scheme if answer.is_success else None)

    def _got(self, url: str, signing: Signing) -> tuple[int, Mapping[str, str], bytes]:
        if not url.startswith("https://") and not (self._allow_private and url.startswith("http://")):
            raise Unproven("Actors are asked for by https only.")
        request = Request("GET", url, {"accept": ACCEPT, "user-agent": self._agent})
        try:
            with self._client.stream("GET", url, headers=cavage.signed(request, signing, now())) as answer:
                return answer.status_code, answer.headers, answer.read()
        except Forbidden as error:
            raise Unproven("The address belongs to a private network.") from error
        except (httpx.InvalidURL, ValueError) as error:
            raise Unproven("The address cannot be read.") from error
        except (httpx.ConnectError, httpx.TimeoutException) as error:
            raise Silent(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from error


def _object(body: bytes, url: str) -> dict[str, Any]:
    """Only a host itself says what is on it: the id must be of the host that answered."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unproven("The answer cannot be read.") from error
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or host_of(found["id"]) != host_of(url):
        raise Unproven("The answer is not about what was asked for.")
    return found

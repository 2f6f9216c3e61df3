"""Our guarded transport under libraries that speak through `requests`.

What such a library would do by itself about redirects and rates is an error here, because it does it without limit.
"""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from .outward import Outward

RATES = "x-ratelimit-"


class Moved(httpx.HTTPError):
    """The answer was a redirect to `host`, which is not followed: what we say holds secrets."""

    def __init__(self, host: str) -> None:
        super().__init__("a redirect")
        self.host = host


class Throttled(httpx.HTTPError):
    """The answer was 429, with these headers in small letters."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("too many requests")
        self.headers = headers


class Adapter(BaseAdapter):
    """Sends through `outward` and reads the whole answer, which that bounds. Raises httpx's errors."""

    def __init__(self, outward: Outward) -> None:
        super().__init__()
        self._outward, self._until = outward, math.inf

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """No request begins later than `seconds` from now: it fails as if nobody could be reached."""
        self._until = time.monotonic() + seconds
        try:
            yield
        finally:
            self._until = math.inf

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        if time.monotonic() > self._until:
            raise httpx.ConnectTimeout("took too long altogether")
        given: Any = request.headers
        headers = httpx.Headers(dict(given))
        headers["Accept-Encoding"] = "identity"  # the limit of what is read holds for what is unpacked, too
        body: Any = request.body
        asked = httpx.Request(str(request.method), str(request.url), headers=headers, content=body)
        answer = self._outward.handle_request(asked)
        try:
            content = b"".join(answer.stream)  # type: ignore[arg-type]
        finally:
            answer.close()
        return _understood(request, answer, content)

    def close(self) -> None:
        """Nothing is kept open."""


def session(adapter: Adapter) -> requests.Session:
    """One whose every request goes through `adapter`; proxies and passwords of the environment count for nothing."""
    made = requests.Session()
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, adapter)
    return made


def _understood(request: requests.PreparedRequest, answer: httpx.Response, content: bytes) -> requests.Response:
    if 300 <= answer.status_code < 400:
        raise Moved(urlsplit(answer.headers.get("location", "")).hostname or "")
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled(dict(answer.headers))
    response = requests.Response()
    response.status_code, response.reason = answer.status_code, answer.reason_phrase
    response.url, response.request, response.encoding = str(request.url), request, "utf-8"
    # Mastodon.py fails on times that it cannot read, also after a post that was taken.
    kept = {name: value for name, value in answer.headers.items() if not name.startswith(RATES)}
    response.headers = CaseInsensitiveDict(kept)
    response._content = content
    return response

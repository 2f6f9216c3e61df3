"""Pages that everybody sees alike, as they were last made: asked for again, they cost no thread and no database.

Nothing here is ever older than the last thing that was written, see `generation`; and never older than `LONGEST_S`,
because a page may also tell of the clock or of a file. Whoever is signed in is never shown anything from here.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags, unquote_etag

from ..generation import Generation
from .accepted import wants_page
from .identity import actor

SAME_FOR_ALL = (
    "blame.show",
    "drafts.show",
    "events.show",
    "feeds.of_draft",
    "feeds.of_event",
    "federation.actor",
    "federation.featured",
    "federation.finger",
    "federation.followers",
    "federation.house",
    "federation.note",
    "federation.outbox",
    "following.show",
    "pictures.show",
    "record.allowed_signers",
    "record.allowed_signers_of",
    "record.script",
    "record.show",
    "redacting.show",
    "remarks.show",
    "search.show",
    "static",
    "takeaway.page",
    "versions.compare",
    "versions.listing",
    "versions.markdown",
    "versions.show",
    "witnesses.show",
)
"""Views that make one and the same page for everybody who is not signed in."""

KEEP = "drafting.keep"
"""Set in the environment of a request whose answer may be kept."""
SESSION = "drafting"
"""Name of the cookie; whatever has these letters in it may be one."""
STATIC = "/static/"
LONGEST_S = 2.0
LONGEST_ACCEPTED, LONGEST_KNOWN = 200, 2000
"""Characters of the headers that are read on the loop; whoever sends more is answered by a page's thread."""
ROOM_BYTES = 32 * 1024 * 1024
LARGEST_BYTES = 2 * 1024 * 1024
AROUND_BYTES = 1500
"""What the headers of a page take, about."""
OF_THE_ANSWER = ("Content-Length", "Content-Type", "Content-Encoding")
"""Headers that an answer without a body has no use for."""

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Key = tuple[str, ...]


def register(app: Flask) -> None:
    @app.after_request
    def mark(response: Response) -> Response:
        if request.endpoint in SAME_FOR_ALL and response.status_code == HTTPStatus.OK:
            request.environ[KEEP] = request.endpoint == "static" or actor().person is None
        return response


@dataclass(frozen=True)
class Kept:
    status: str
    headers: Headers
    body: bytes
    until: float
    size: int

    def answer(self, known: str) -> tuple[str, Headers, list[bytes]]:
        """What is sent to whoever has the versions in `known`, an If-None-Match header."""
        etag = next((value for name, value in self.headers if name == "ETag"), None)
        if etag is None or not parse_etags(known).contains_weak(unquote_etag(etag)[0] or ""):
            return self.status, self.headers, [self.body]
        return "304 NOT MODIFIED", [pair for pair in self.headers if pair[0] not in OF_THE_ANSWER], []


class PageCache:
    """Used on the serving loop only. Pages that were not asked for longest go first."""

    def __init__(self, generation: Generation, registry: CollectorRegistry, room_bytes: int = ROOM_BYTES) -> None:
        self._generation = generation
        self._room_bytes = room_bytes
        self._made_of = generation.now()
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._hits = Counter(
            "drafting_pages_kept", "Pages that were answered as they were last made.", registry=registry
        )

    def generation(self) -> bytes:
        """What a page that is about to be made is made of."""
        return self._generation.now()

    def find(self, environ: Environ) -> tuple[str, Headers, list[bytes]] | None:
        """Status, headers and body, if this may be answered from here."""
        if self._made_of != self._generation.now():
            self._forget()
        key = _key(environ)
        page = self._pages.get(key) if key else None
        if page is None or key is None:
            return None
        if page.until < time.monotonic():
            self._drop(key)
            return None
        self._pages.move_to_end(key)
        self._hits.inc()
        return page.answer(environ.get("HTTP_IF_NONE_MATCH", ""))

    def keep(self, environ: Environ, made_of: bytes, status: str, headers: Headers, body: Sequence[bytes]) -> None:
        """An answer that was made while `generation` was `made_of`."""
        key = _key(environ)
        if key is None or made_of != self._generation.now() or not _may_be_kept(environ, headers):
            return
        if self._made_of != made_of:
            self._forget()
        whole = b"".join(body)
        page = Kept(
            status, headers, whole, time.monotonic() + LONGEST_S, len(whole) + sum(map(len, key)) + AROUND_BYTES
        )
        if page.size > LARGEST_BYTES:
            return
        self._drop(key)
        self._pages[key] = page
        self._bytes += page.size
        while self._bytes > self._room_bytes:
            self._drop(next(iter(self._pages)))

    def _forget(self) -> None:
        self._pages.clear()
        self._bytes = 0
        self._made_of = self._generation.now()

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        self._bytes -= page.size if page else 0


def _key(environ: Environ) -> Key | None:
    """What makes an answer the same; None where it depends on who asks or on what they have."""
    path = environ.get("PATH_INFO", "")
    known = "HTTP_AUTHORIZATION" in environ or "HTTP_RANGE" in environ
    if environ.get("REQUEST_METHOD") != "GET" or known:
        return None
    if SESSION in environ.get("HTTP_COOKIE", "") and not path.startswith(STATIC):
        return None
    accepted, has = environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH", "")
    if len(accepted) > LONGEST_ACCEPTED or len(has) > LONGEST_KNOWN:
        return None
    if "HTTP_IF_MODIFIED_SINCE" in environ and "HTTP_IF_NONE_MATCH" not in environ:
        return None
    reader = "page" if wants_page(environ.get("HTTP_ACCEPT", "")[:LONGEST_ACCEPTED]) else ""
    return path, environ.get("QUERY_STRING", ""), _packed(accepted), reader


@lru_cache(maxsize=256)
def _packed(accepted: str) -> str:
    return "gzip" if parse_accept_header(accepted, Accept)["gzip"] else ""


def _may_be_kept(environ: Environ, headers: Headers) -> bool:
    """A cookie is for one browser, and a nonce for one answer."""
    said = {name.lower(): value for name, value in headers}
    varies = {name.strip().lower() for name in said.get("vary", "").split(",") if name.strip()}
    once = "set-cookie" in said or "'nonce-" in said.get("content-security-policy", "")
    stored = said.get("cache-control", "") != "no-store"
    return bool(environ.get(KEEP)) and not once and stored and varies <= {"accept", "cookie", "accept-encoding"}

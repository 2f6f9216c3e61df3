"""What the Mastodon server of the tests holds, and how it misbehaves."""

import itertools
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import regex
from flask import Response, jsonify

Act = Callable[[], Response]
Behaviour = Callable[["MastodonServer", Act], Response]
LINK = re.compile(r"https?://\S+")
PAGE = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1>{body}</html>"


@dataclass
class MastodonServer:
    """`next` says how it misbehaves at the next request to an address, such as "POST /api/v1/statuses"."""

    url: str = ""
    username: str = "river"
    characters: int = 500
    link: int = 23
    description: int = 1500
    has_v2: bool = True
    keeps_keys: bool = True
    """Whether `Idempotency-Key` counts for something: not everywhere."""
    looks_until_read: int = 0
    """How often somebody must ask before a picture is ready."""
    reads_pictures: bool = True
    heard: Callable[[str, Response], None] = lambda asked, answer: None
    """Told of every answer that is as it should be."""
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    apps: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, set[str]] = field(default_factory=dict)
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    closing: threading.Event = field(default_factory=threading.Event)
    _next: dict[str, list[Behaviour]] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(117440826670289215))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, address: str, *behaviours: Behaviour) -> None:
        self._next.setdefault(address, []).extend(behaviours)

    def token(self, *scopes: str) -> str:
        made = secrets.token_urlsafe(32)
        self.tokens[made] = set(scopes or ("read", "write"))
        return made

    def revoke(self) -> None:
        self.tokens.clear()

    def posts(self) -> list[dict[str, Any]]:
        """Oldest first."""
        return list(self.statuses.values())

    def taken_by(self, text: str) -> int:
        """How much of the limit a text takes: graphemes, and the same for every link."""
        return len(regex.findall(r"\X", LINK.sub("x" * self.link, text)))

    def behaviour(self, address: str) -> Behaviour | None:
        with self._lock:
            self.asked.append(address)
            waiting = self._next.get(address)
            return waiting.pop(0) if waiting else None

    def fresh_id(self) -> str:
        return str(next(self._ids))

    def remembers(self, key: str) -> str | None:
        return self._keys.get(key) if self.keeps_keys else None

    def note(self, key: str, status_id: str) -> None:
        self._keys[key] = status_id


def time() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error(code: int, words: str, **headers: str) -> Response:
    answer = jsonify(error=words)
    answer.status_code = code
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return answer


def page(code: int, title: str, body: str) -> Response:
    return Response(PAGE.format(title=title, body=body), code, content_type="text/html")

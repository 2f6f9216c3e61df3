"""How often things may be asked for: one table, by view."""

import ipaddress
import threading
from typing import Any

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from limits.storage import MemoryStorage

from ..errors import TooFast
from .identity import actor

WRONG_ONLY = ("join.code", "join.token", "account.sign_in", "inboxes.inbox", "inboxes.shared_inbox")
"""Views where only wrong guesses count: a whole room joins from one address. 500 guesses a day find one of a hundred
codes once in fifty years."""
FORMS = ("join.code", "striking.look", "remarking.comment", "remarking.suggest", "archives.archive")
"""Views whose form may be looked at however often; only sending it counts."""
PERSONAL = (
    "readview.lay_out",
    "since.show",
    "who.show",
    "remarking.beside",
    "remarking.suggestions",
    "remarking.comment",
    "remarking.suggest",
    "remarks.take_step",
    "wouldbe.show",
    "connect.connect",
    "connect.connect_again",
    "connect.come_back",
    "channels.try_out",
    "objections.object_to",
    "objections.end_objection",
)
"""Views that are counted for each person: a whole room that writes has one address."""

RATES: dict[str, str] = {
    "join.code": "20 per minute; 500 per day",
    "join.token": "60 per minute",
    "account.sign_in": "10 per minute",
    "images.add": "60 per minute",
    "striking.look": "30 per minute",
    "striking.strike": "30 per minute",
    "striking.deletions": "120 per minute",
    "versions.compare": "120 per minute",
    "blame.show": "120 per minute",
    "search.show": "60 per minute",
    "takeaway.page": "60 per minute",
    "takeaway.on_paper": "30 per minute",
    "readview.lay_out": "40 per minute",
    "since.show": "30 per minute",
    "who.show": "30 per minute",
    "remarking.beside": "20 per minute",
    "remarking.suggestions": "10 per minute",
    "remarking.comment": "20 per minute",
    "remarking.suggest": "10 per minute",
    "remarks.take_step": "60 per minute",
    "objections.object_to": "10 per minute",
    "objections.end_objection": "30 per minute",
    "wouldbe.show": "60 per minute",
    "redacting.look": "30 per minute",
    "redacting.redact": "30 per minute",
    "connect.connect": "10 per minute",
    "connect.connect_again": "10 per minute",
    "connect.come_back": "10 per minute",
    "channels.try_out": "5 per minute",
    "concerns.say": "5 per minute; 30 per day",
    "concerns.follow": "60 per minute",
    "letters.send": "30 per minute; 500 per day",
    "letters.show": "60 per minute",
    "letters.look_at_stop": "60 per minute",
    "archives.archive": "10 per minute",
    "archives.fetch": "10 per minute",
    "record.bundle": "30 per minute",
    "record.bundle_signature": "120 per minute",
    "mirrors.add": "10 per minute",
    "mirrors.change": "30 per minute",
    "inboxes.inbox": "300 per minute",
    "inboxes.shared_inbox": "300 per minute",
    "federation.finger": "600 per minute",
    "federation.outbox": "300 per minute",
    "pictures.show": "120 per minute",
    "record.upload_pack": "60 per minute",
    "record.info_refs": "120 per minute",
}
OTHER_WRITES = "120 per minute"
API_CALLS = "600 per minute"


class Memory(MemoryStorage):
    """What `memory://` means here. The library's own starts its timer twice when two threads come at once, and whoever
    was second gets an error (alisaifee/limits#352, in no release yet).
    """

    STORAGE_SCHEME = ["memory"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._one_at_a_time = threading.Lock()
        super().__init__(*args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> int:
        with self._one_at_a_time:
            return super().incr(*args, **kwargs)

    def acquire_entry(self, *args: Any, **kwargs: Any) -> bool:
        with self._one_at_a_time:
            return super().acquire_entry(*args, **kwargs)


def who() -> str:
    """Whom a rate is counted for: the address; pages behind trusted proxies see the client's own. Of IPv6 it is the
    network that one line has: whoever has that has all addresses in it.
    """
    address = request.remote_addr or "nobody"
    try:
        return str(ipaddress.ip_network((address, 64), strict=False)) if ":" in address else address
    except ValueError:
        return address


def person() -> str:
    """Whom a personal rate is counted for; whoever is not signed in shares the address."""
    return f"person {actor().id}" if actor().person else who()


def register(app: Flask, limiter: Limiter) -> None:
    """Put the table around the views. Forms that are not named share a generous limit."""
    views: dict[str, Any] = app.view_functions
    for endpoint, view in list(views.items()):
        if endpoint in RATES:
            counts = _wrong if endpoint in WRONG_ONLY else None
            methods = ["POST"] if endpoint in FORMS else None
            key = person if endpoint in PERSONAL else who
            guarded = limiter.limit(
                RATES[endpoint], key_func=key, methods=methods, deduct_when=counts, on_breach=_too_fast
            )
            views[endpoint] = guarded(view)
        elif endpoint.startswith("api."):
            views[endpoint] = limiter.limit(API_CALLS, on_breach=_too_fast)(view)
        elif endpoint != "static":
            views[endpoint] = limiter.limit(OTHER_WRITES, methods=["POST"], on_breach=_too_fast)(view)


def _wrong(response: Response) -> bool:
    return response.status_code >= 400


def _too_fast(_limit: object) -> Response:
    g.pop("actor", None)
    words = "That was too often. Please wait a minute and try again."
    if request.endpoint == "join.code":
        words = (
            "Too many wrong codes came from this network. Please wait a minute. A join link or a QR code works at once."
        )
    raise TooFast(words, retry_after_s=60)

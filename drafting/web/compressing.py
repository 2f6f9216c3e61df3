"""Answers of text are sent compressed to whoever takes gzip: on a slow line that is most of the wait.

A page that shows a secret beside words of an attacker's choice could be guessed at by its size; here it cannot be asked
for from elsewhere with somebody's cookie, which is SameSite=Lax.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

LEAST_BYTES = 1000
"""Below this the headers cost what is won."""
KINDS = (
    "application/atom+xml",
    "application/feed+json",
    "application/javascript",
    "application/json",
    "application/problem+json",
    "image/svg+xml",
)
BEST, QUICK = 9, 5


def register(app: Flask) -> None:
    """Call before other parts register what they do to answers: this comes after all of it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    if response.status_code != 200 or "Content-Encoding" in response.headers or not _is_text(response.mimetype):
        return response
    size = response.content_length
    if size is None or size < LEAST_BYTES:  # without a size it is a stream
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or request.method == "HEAD":
        return response
    response.direct_passthrough = False
    body = response.get_data()
    response.set_data(_for_ever(body) if request.endpoint == "static" else gzip.compress(body, QUICK, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)
    return response


def _is_text(mimetype: str | None) -> bool:
    return mimetype is not None and (mimetype.startswith("text/") or mimetype in KINDS)


@lru_cache(maxsize=64)
def _for_ever(body: bytes) -> bytes:
    return gzip.compress(body, BEST, mtime=0)

"""Errors in words: one table from what is the case to a status, and one page or one problem document to say it."""

import logging
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ..config import PICTURES
from ..errors import (
    Busy,
    Expired,
    Hidden,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    Removed,
    Stale,
    Taken,
    TooFast,
    TooLarge,
    Withheld,
)
from . import gateway
from .services import services

log = logging.getLogger(__name__)

ACCEPTED = ("text/html", "application/json")
"""Whoever wants neither more than the other gets a page."""

STATUS: dict[type[Refused], int] = {
    Invalid: 422,
    NotSignedIn: 401,
    NotAllowed: 403,
    Removed: 410,
    NotFound: 404,
    Stale: 409,
    Taken: 409,
    Expired: 410,
    TooLarge: 413,
    TooFast: 429,
    Withheld: 503,
    Busy: 503,
}

WORDS: dict[int, tuple[str, str, str]] = {
    400: (
        "This could not be read",
        "Something in the request was not as it should be.",
        "Go back, reload the page, and try again.",
    ),
    401: (
        "Please join first",
        "This page is for people who have joined the event.",
        "Use the link or the code you were given.",
    ),
    403: ("This is not open to you", "Your role in this event does not include this.", "Ask whoever runs the event."),
    404: (
        "There is nothing here",
        "The address may be mistyped, or what was here has gone.",
        "Start again from the front page.",
    ),
    405: (
        "That cannot be done here",
        "This page does not take that kind of request.",
        "Go back and use the buttons on the page.",
    ),
    409: ("Something changed in the meantime", "Somebody else was a moment faster.", "Go back and look at it again."),
    410: ("This is no longer in use", "The link or code has ended.", "Ask for a new one."),
    413: ("That is too large", "What you sent is larger than this site takes.", "Make it smaller and try again."),
    422: (
        "Something is missing or not right",
        "Please look at what you entered.",
        "Go back and correct it; what you typed is still there.",
    ),
    429: (
        "That was too often",
        "To keep the site working for everybody there is a limit.",
        "Wait a minute and try again.",
    ),
    500: ("Something went wrong here", "It is our fault, not yours. What was saved is safe.", "Try again in a moment."),
    503: ("Too busy right now", "Many people are asking at once.", "Try again in a moment."),
}


HIDDEN = ("This text is hidden for now", "Something in it is looked into.", "Please come back later.")


def register(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def refuse_oversized() -> None:
    """Before anything else: the door let the request in without its body, which was too large."""
    limits = services().settings.limits
    request.max_content_length = limits.body_bytes(request.path)
    if not request.environ.get(gateway.TOO_LARGE):
        return
    if request.path.endswith(PICTURES):
        raise TooLarge(f"A picture may have at most {limits.image_bytes // 1024**2} MB. Make it smaller and try again.")
    raise TooLarge("What you sent is larger than this site takes. Go back: what you typed is still there.")


def refused(error: Refused) -> tuple[Response | str, int, dict[str, str]]:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooFast) else {}
    if status == 503:
        headers["Retry-After"] = "5"
    extra = {"reason": error.reason, **{k: v for k, v in error.facts.items() if k != "field"}}
    if field := getattr(error, "field", None) or error.facts.get("field"):
        extra["field"] = field
    told = HIDDEN if isinstance(error, Hidden) else None
    return _answer(status, error.message, headers, extra, told)


def _csrf(_error: CSRFError) -> tuple[Response | str, int, dict[str, str]]:
    words = "This page was open for a long time, or it was not our page that sent this."
    return _answer(400, words, {}, {"reason": "csrf"})


def _http(error: HTTPException) -> Any:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    headers = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    return _answer(error.code, None, headers, {})


def _unexpected(error: Exception) -> tuple[Response | str, int, dict[str, str]]:
    log.exception("a request failed", extra={"endpoint": request.endpoint})
    return _answer(500, None, {}, {})


def wants_json() -> bool:
    """Whether who asks is a script."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best_match(ACCEPTED) == ACCEPTED[1]


def _answer(
    status: int,
    words: str | None,
    headers: dict[str, str],
    extra: dict[str, object],
    told: tuple[str, str, str] | None = None,
) -> tuple[Response | str, int, dict[str, str]]:
    title, usual, remedy = told or WORDS.get(status, WORDS[400 if status < 500 else 500])
    if wants_json():
        body = {"type": "about:blank", "title": title, "status": status, "detail": words or usual, **extra}
        response = jsonify(body)
        response.mimetype = "application/problem+json"
        return response, status, headers
    place = (request.view_args or {}).get("event") if told else None
    page = render_template(
        "errors/error.html", status=status, title=title, words=words or usual, remedy=remedy, place=place
    )
    return page, status, headers

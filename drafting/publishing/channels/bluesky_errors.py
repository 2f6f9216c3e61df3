"""The Bluesky library's errors, and those of what lies below it, as our failures."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from .failures import Rejected, Retry, Revoked, Uncertain, Undelivered
from .outward import Forbidden

BROKEN_SESSION = ("ExpiredToken", "InvalidToken", "AuthMissing")
NO_RECORD = "RecordNotFound"


class SignedOut(Rejected):
    """The session has run out or was ended; signing in again may help."""


class NoRecord(LookupError):
    """There is no record under that key."""


@contextmanager
def translated(*, sending: bool) -> Iterator[None]:
    """Raise Undelivered for whatever goes wrong, NoRecord for a key that is free.

    `sending` says whether the block posts something: if not, an unclear outcome only means another try.
    """
    try:
        yield
    except Exception as error:  # the library lets through its own errors, httpx's, pydantic's and ValueErrors
        failure = _meaning(error)
        if isinstance(failure, Uncertain) and not sending:
            failure = Retry(failure.words)
        raise failure from error


def _meaning(error: Exception) -> Exception:
    from atproto import exceptions  # slow to import; whoever is here has it already

    if isinstance(error, exceptions.RateLimitExceededError):
        return Retry("Bluesky asked us to come back later.", _wait(error))
    if isinstance(error, exceptions.RequestErrorBase) and error.response is not None:
        return _answered(error.response)
    return _unanswered(error)


def _answered(response: Any) -> Exception:
    status, name, said = response.status_code, _field(response, "error"), _field(response, "message")
    if name == NO_RECORD:
        return NoRecord(said)
    if name in BROKEN_SESSION:
        return SignedOut("Bluesky ended our session.")
    if status in (401, 403):
        return Revoked(f"Bluesky did not accept the handle and the app password. Connect it again. {said}".strip())
    if status in (408, 425):
        return Retry("Bluesky asked us to come back later.")
    if status >= 500 or status == 409:
        return Uncertain(f"The Bluesky server had trouble ({status}); the post may be out all the same.")
    if status == 404:
        return Rejected("There is no Bluesky server at this address.")
    return Rejected(f"Bluesky refused this ({status}). {said}".strip())


def _unanswered(error: Exception) -> Undelivered:
    causes: list[BaseException] = [error]
    while (below := causes[-1].__cause__) is not None:
        causes.append(below)
    if any(isinstance(cause, Forbidden) for cause in causes):
        return Rejected("The server's address belongs to a private network, and this installation does not post there.")
    if any(isinstance(cause, (httpx.ConnectError, httpx.ConnectTimeout)) for cause in causes):
        return Retry("The Bluesky server could not be reached.")
    if any(isinstance(cause, httpx.HTTPError) for cause in causes):
        return Uncertain("The connection to Bluesky broke before the answer came.")
    return Uncertain(f"The Bluesky server answered something unreadable ({type(error).__name__}).")


def _field(response: Any, name: str) -> str:
    return str(getattr(response.content, name, "") or "")[:160]


def _wait(error: Any) -> float:
    if error.retry_after is not None:
        return float(error.retry_after)
    reset: datetime | None = error.reset_at
    return max((reset - datetime.now(UTC)).total_seconds(), 0) if reset else 0

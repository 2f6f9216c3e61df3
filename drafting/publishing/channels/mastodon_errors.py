"""What Mastodon.py raises, and what lies below it, as our failures."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from ...db import now
from .failures import Rejected, Retry, Revoked, Uncertain, Undelivered
from .outward import Forbidden
from .speaking import LONGEST_WAIT_S, seconds_to_wait

SAID = 160
"""Characters of what a server says that go into our words."""


class Missing(Rejected):
    """What the request names is not there."""


class Unprocessable(Rejected):
    """The server understood and does not want it."""


@contextmanager
def translated(host: str, *, sending: bool) -> Iterator[None]:
    """Raise Undelivered for whatever goes wrong in speaking with `host`.

    `sending` says whether the block posts something: if not, an unclear outcome only means another try.
    """
    try:
        yield
    except Exception as error:  # the library raises its own errors, lets ours through, and may recurse without end
        failure = _meaning(error, host)
        if isinstance(failure, Uncertain) and not sending:
            failure = Retry(failure.words)
        raise failure from error


def unanswered(error: BaseException, host: str) -> Undelivered:
    """What an error of the connection means."""
    from .outward_requests import Moved, Throttled

    if isinstance(error, Moved):
        return Rejected(
            f"{host} sends us on{f' to {error.host}' if error.host else ''}. Connect the address it leads to."
        )
    if isinstance(error, Throttled):
        return Retry(f"{host} asked us to come back later.", wait(error.headers, now()))
    if isinstance(error, Forbidden):
        return Rejected("The server's address belongs to a private network, and this installation does not post there.")
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return Retry(f"{host} could not be reached.")
    if isinstance(error, httpx.HTTPError):
        return Uncertain(f"The connection to {host} broke before the answer came.")
    return Uncertain(f"{host} answered something unreadable ({type(error).__name__}).")


def answered(status: int, said: str, host: str) -> Undelivered:
    """What an answer with an error's status means. `said` is the server's own explanation."""
    said = said[:SAID]
    if status in (401, 403):
        return Revoked(f"{host} does not let us post for this account any more. Connect it again. {said}".strip())
    if status in (408, 425, 429):
        return Retry(f"{host} asked us to come back later.")
    if status >= 500:
        return Uncertain(f"{host} had trouble ({status}); the post may be out all the same.")
    if status == 404:
        return Missing(f"{host} does not find it ({status}). {said}".strip())
    refused = Unprocessable if status == 422 else Rejected
    return refused(f"{host} refused this ({status}). {said}".strip())


def wait(headers: Mapping[str, str], at: datetime) -> float:
    """Seconds to wait by `Retry-After`, or else until the `X-RateLimit-Reset` of the server's clock; at most a day."""
    if "retry-after" in headers:
        return seconds_to_wait(headers["retry-after"], at)
    try:
        reset = _moment(headers.get("x-ratelimit-reset", ""))
        theirs = parsedate_to_datetime(headers["date"]) if "date" in headers else at
        return min(max((reset - theirs).total_seconds(), 0), LONGEST_WAIT_S)
    except (ValueError, TypeError, OverflowError, OSError):
        return 0


def _moment(reset: str) -> datetime:
    """Mastodon writes ISO 8601, GoToSocial seconds since 1970."""
    return datetime.fromtimestamp(float(reset), UTC) if reset.isdigit() else datetime.fromisoformat(reset)


def _meaning(error: BaseException, host: str) -> Undelivered:
    from mastodon import MastodonAPIError, MastodonNetworkError

    if isinstance(error, Undelivered):
        return error
    if isinstance(error, MastodonNetworkError):
        return unanswered(error.__cause__ or error.__context__ or error, host)
    if isinstance(error, MastodonAPIError) and len(error.args) == 4:  # words, status, reason, explanation
        return answered(int(error.args[1]), str(error.args[3] or ""), host)
    return unanswered(error, host)

"""Speaking HTTP with a place: what goes wrong on the way, and answers that mean the same everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from .failures import Rejected, Retry, Uncertain, Undelivered
from .outward import Forbidden, Outward

LONGEST_WAIT_S = 24 * 3600
COME_BACK = (408, 425, 429)
USER_AGENT = "drafting"


def ask(
    outward: Outward, place: str, method: str, url: str, *, posts: bool, at: datetime, **more: Any
) -> httpx.Response:
    """The answer, read, if it is neither a redirect nor trouble on their side. `more` is what httpx takes.

    `posts` says whether the request posts something: if not, an unclear outcome only means another try. `place` begins
    our words, with a capital letter. Raises Undelivered.
    """
    answer = reach(outward, place, method, url, posts=posts, **more)
    refuse_trouble(answer, place, posts=posts, at=at)
    return answer


def reach(outward: Outward, place: str, method: str, url: str, *, posts: bool, **more: Any) -> httpx.Response:
    """The answer, read, whatever it is. Raises Undelivered."""
    with translated(place, posts=posts), httpx.Client(transport=outward, trust_env=False) as client:
        client.headers["User-Agent"] = USER_AGENT
        return client.request(method, url, **more)


def told(answer: httpx.Response) -> dict[str, Any]:
    """The object that the answer is in JSON; empty if it is none."""
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def translated(place: str, *, posts: bool) -> Iterator[None]:
    """Raise Undelivered for whatever goes wrong before there is an answer."""
    try:
        yield
    except Forbidden as error:
        raise Rejected(f"{place} belongs to a private network, and this installation does not post there.") from error
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise Retry(f"{place} could not be reached.") from error
    except httpx.TimeoutException as error:
        took = "took the message but " if posts else ""
        raise _unclear(f"{place} {took}did not answer in time.", posts) from error
    except httpx.HTTPError as error:
        raise _unclear("The connection broke before the answer came.", posts) from error


def refuse_trouble(answer: httpx.Response, place: str, *, posts: bool, at: datetime) -> None:
    """Raise Undelivered for redirects, for "later", and for trouble on their side. Reads no body."""
    status = answer.status_code
    if 300 <= status < 400:
        raise Rejected(f"{place} answered with a redirect ({status}). Connect the address it leads to.")
    if status in COME_BACK or (status == 503 and "Retry-After" in answer.headers):
        wait = seconds_to_wait(answer.headers.get("Retry-After", ""), at)
        raise Retry(f"{place} asked us to come back later ({status}).", wait)
    if status >= 500:
        if posts:
            raise Uncertain(f"{place} had trouble ({status}); it may have the message all the same.")
        raise Retry(f"{place} had trouble ({status}).")


def _unclear(words: str, posts: bool) -> Undelivered:
    return Uncertain(words) if posts else Retry(words)


def seconds_to_wait(retry_after: str, at: datetime) -> float:
    """What a Retry-After header asks for, as seconds or as a date; at most a day, 0 if it makes no sense."""
    if retry_after.isascii() and retry_after.replace(".", "", 1).isdigit():
        return min(float(retry_after), LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - at).total_seconds(), 0), LONGEST_WAIT_S)

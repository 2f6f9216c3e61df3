"""Guesses are counted per address: behind trusted proxies, and across restarts where Redis keeps the count."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product import Product, running
from tests.redis_server import redis_running
from tests.scribe import hidden

GUESSES = 20  # a minute and address


def guess(product: Product, code: str, **headers: str) -> int:
    """One wrong or right code typed into the form; the status of the answer."""
    status, page, said = product.http("GET", "/join", headers=headers)
    assert status == 200
    cookie = said["set-cookie"].split(";")[0]
    fields = f"csrf_token={hidden(page.decode(), 'csrf_token')}&code={code}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, **headers}
    return product.http("POST", "/join", body=fields, headers=form)[0]


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    with redis_running(tmp_path) as place:
        yield f"redis://{place}"


def test_wrong_codes_are_limited_and_the_right_one_is_not_counted(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        code = product.ways_in()["code"]
        assert [guess(product, "WRONG2") for _ in range(GUESSES)] == [404] * GUESSES
        assert guess(product, code) == 429 and guess(product, "WRONG2") == 429
        said = product.http("POST", "/join", body=b"", headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert said[0] in (400, 429)


def test_behind_a_trusted_proxy_each_client_has_a_count_of_its_own(tmp_path: Path) -> None:
    with running(tmp_path, DRAFTING_TRUSTED_PROXIES="1") as product:
        for _ in range(GUESSES):
            guess(product, "WRONG2", **{"X-Forwarded-For": "192.0.2.1"})
        assert guess(product, "WRONG2", **{"X-Forwarded-For": "192.0.2.1"}) == 429
        assert guess(product, "WRONG2", **{"X-Forwarded-For": "192.0.2.2"}) == 404


def test_without_a_trusted_proxy_nobody_may_say_who_they_are(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        answers = [guess(product, "WRONG2", **{"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(GUESSES + 1)]
        assert answers[-1] == 429


def test_with_redis_a_restart_does_not_forget_the_guesses(tmp_path: Path, redis_url: str) -> None:
    with running(tmp_path, DRAFTING_RATE_LIMIT_STORAGE=redis_url) as product:
        for _ in range(GUESSES):
            guess(product, "WRONG2")
        product.kill()
        product.start()
        assert guess(product, "WRONG2") == 429


def test_behind_https_the_cookie_is_secure_and_the_page_says_so(tmp_path: Path) -> None:
    with running(tmp_path, DRAFTING_BASE_URL="https://drafts.example.org", DRAFTING_TRUSTED_PROXIES="1") as product:
        _, _, headers = product.http("GET", "/join", headers={"X-Forwarded-Proto": "https"})
        cookie = headers["set-cookie"]
        assert all(re.search(rf"\b{word}\b", cookie) for word in ("Secure", "HttpOnly", "SameSite=Lax")), cookie
        assert "max-age" in headers["strict-transport-security"]
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy and "script-src 'self'" in policy

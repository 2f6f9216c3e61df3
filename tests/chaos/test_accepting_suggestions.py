"""The server dies while a suggestion is accepted: the words and what is said of them are never apart."""

import contextlib
import http.client
import random
import re
import threading
from pathlib import Path

import pytest

from tests.product import Product, running
from tests.scribe import Browser, hidden

pytestmark = pytest.mark.timeout(600)

ROUNDS = 8


def form(page: str, step: str) -> str:
    found = re.search(rf'action="([^"]*/{step})"', page)
    assert found, f"no form for {step!r}: {page[-1500:]}"
    return found[1]


def joined(product: Product, role: str) -> Browser:
    browser = Browser(product.base)
    browser.join(product.command("invite", "river", "--role", role, "--name", role.title())["join"])
    return browser


def suggestion(cleo: Browser, text: str) -> str:
    """That the whole text be `text`; the address of its card."""
    page = cleo.get("/e/river/-/suggest/table")
    fields = {"csrf_token": hidden(page, "csrf_token"), "seen": hidden(page, "seen"), "reason": ""}
    cleo.post(cleo.url, fields | {"text": text})
    numbers = re.findall(r"/-/remark/(\d+)", cleo.get("/e/river/-/remarks/table"))
    return f"/e/river/-/remark/{max(map(int, numbers))}"


def accepts(ada: Browser, page: str, seen: str, words: str) -> None:
    """The server may die meanwhile."""
    fields = {"csrf_token": hidden(page, "csrf_token"), "seen": seen, "words": words}
    with contextlib.suppress(OSError, http.client.HTTPException):
        ada.post(form(page, "accept"), fields)


def live(ada: Browser) -> str:
    found = re.search(r"<textarea[^>]*name=\"text\"[^>]*>\n?(.*?)</textarea>", ada.get("/e/river/-/write/table"), re.S)
    assert found
    return found[1]


def test_a_suggestion_is_accepted_with_its_words_or_not_at_all(tmp_path: Path):
    rng = random.Random(4)
    with running(tmp_path / "house") as product:
        product.command("draft", "create", "river", "Table", "--slug", "table")
        ada, cleo = (joined(product, role) for role in ("editor", "contributor"))
        page = ada.get("/e/river/-/write/table")
        fields = {"csrf_token": hidden(page, "csrf_token"), "seen": hidden(page, "seen")}
        ada.post(ada.url, fields | {"text": "Word 0."})
        for n in range(1, ROUNDS + 1):
            was = live(ada).strip()
            wanted = f"Word {n}."
            card = suggestion(cleo, wanted)
            page = ada.get(card)
            seen = re.search(r'<textarea name="seen"[^>]*>\n(.*?)</textarea>', page, re.S)
            words = re.search(r'<textarea id="words-taken"[^>]*>\n(.*?)</textarea>', page, re.S)
            assert seen and words
            press = threading.Thread(target=accepts, args=(ada, page, seen[1], words[1]))
            press.start()
            press.join(rng.choice((0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)))
            product.kill()
            press.join()
            product.start()
            accepted = '<span class="tag">accepted' in ada.get(card)
            assert live(ada).strip() == (wanted if accepted else was)
            if not accepted:
                page = ada.get(card)
                accepts(ada, page, seen[1], words[1])
                assert live(ada).strip() == wanted, "it can be accepted again"

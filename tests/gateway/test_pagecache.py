"""Pages that everybody sees alike are made once; whatever is written, by whichever process, is on them at once."""

import re
from collections.abc import Iterator
from functools import partial

import pytest

from drafting.web.pagecache import SAME_FOR_ALL
from tests.clients import YClient
from tests.product import Product, until
from tests.scribe import Browser

PATHS = {
    "events.show": "/e/bar",
    "drafts.show": "/e/bar/minutes",
    "versions.listing": "/e/bar/minutes/history",
    "versions.show": "/e/bar/minutes/1",
    "versions.markdown": "/e/bar/minutes/1.md",
    "versions.compare": "/e/bar/minutes/1..2",
    "blame.show": "/e/bar/minutes/blame",
    "takeaway.page": "/e/bar/minutes/1.html",
    "feeds.of_event": "/e/bar/feed.atom",
    "feeds.of_draft": "/e/bar/minutes/feed.atom",
    "federation.actor": "/e/bar/-/actor/bar.minutes",
    "federation.featured": "/e/bar/-/actor/bar/featured",
    "federation.finger": "/.well-known/webfinger?resource=acct:bar@{host}",
    "federation.followers": "/e/bar/-/actor/bar/followers",
    "federation.house": "/-/actor",
    "federation.outbox": "/e/bar/-/actor/bar/outbox?page=1",
    "following.show": "/e/bar/-/follow",
    "pictures.show": "/e/bar/-/picture/minutes/1.png",
    "record.show": "/e/bar/record",
    "record.script": "/-/verify.py",
    "record.allowed_signers": "/.well-known/allowed_signers",
    "record.allowed_signers_of": "/e/bar/-/allowed_signers",
    "witnesses.show": "/e/bar/-/witnesses",
    "search.show": "/e/bar/-/search?words=lamps",
    "static": "/static/css/tokens.css",
}


COUNTED = "drafting_pages_kept_total"


class Writer:
    """Somebody who writes in an event whose editor accepts everything."""

    def __init__(self, product: Product, people: dict[str, str]) -> None:
        self.product, self.people = product, people
        self.client = YClient(f"ws://127.0.0.1:{product.port}/yjs/bar/minutes?token={people['bob']}").connect()
        self.client.synced.wait(30)

    def writes(self, words: str) -> None:
        self.client.type(words)
        seen = YClient(self.client.url).connect()
        until(lambda: words in seen.text, 30)
        seen.leave()

    def publishes(self, words: str) -> None:
        self.writes(words)
        proposal = self.product.put_forward(self.people["bob"], f"It says {words}")
        status, answer = self.product.accept(self.people["ada"], proposal)
        assert status == 200, answer

    def kept(self) -> int:
        """How many pages were answered as they were last made."""
        found = re.search(rf"^{COUNTED} (\S+)$", self.product.get("/metrics")[1], re.MULTILINE)
        assert found
        return int(float(found[1]))


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    product = Product(tmp_path_factory.mktemp("cache")).start()
    writer = Writer(product, product.world())
    writer.publishes("Lamps.")
    writer.publishes("Warm lamps.")
    until(lambda: "version 2" in product.get("/e/bar/record")[1], 30)
    yield writer
    writer.client.leave()
    product.kill()


def test_every_view_in_the_table_is_asked_here() -> None:
    assert set(PATHS) | {"federation.note", "redacting.show", "remarks.show"} == set(SAME_FOR_ALL)


@pytest.mark.parametrize("view", PATHS)
def test_a_page_that_was_made_is_not_made_again(writer: Writer, view: str) -> None:
    ask = partial(writer.product.http, "GET", PATHS[view].replace("{host}", writer.product.base.partition("://")[2]))

    def again() -> bool:
        first, before = ask(), writer.kept()
        assert first[0] == 200
        same = ask()
        assert (same[0], same[1]) == (200, first[1])
        assert same[2].get("etag") == first[2].get("etag")
        return writer.kept() > before

    until(again, why="it was made anew each time")  # a worker may just have noted something


def test_somebody_who_has_the_page_is_told_so(writer: Writer) -> None:
    _, _, headers = writer.product.http("GET", PATHS["versions.show"])
    before = writer.kept()
    for known in (headers["etag"], f'"other", W/{headers["etag"]}', "*"):
        status, body, then = writer.product.http("GET", PATHS["versions.show"], headers={"If-None-Match": known})
        assert (status, body, then.get("content-length")) == (304, b"", None)
        assert then["etag"] == headers["etag"] and then["cache-control"] == headers["cache-control"]
    assert writer.kept() > before
    assert writer.product.http("GET", PATHS["versions.show"], headers={"If-None-Match": '"other"'})[0] == 200


def test_whoever_is_signed_in_sees_their_own_page(writer: Writer) -> None:
    link = writer.product.command("invite", "bar", "--role", "contributor", "--name", "Cleo")["join"]
    cleo = Browser(writer.product.base)
    cleo.join(link, "Cleo")
    for path in ("/e/bar", "/e/bar/minutes/1"):
        everybody = [writer.product.get(path)[1] for _ in range(2)]
        assert "Cleo" in cleo.get(path) and "Cleo" not in "".join([*everybody, writer.product.get(path)[1]])


def test_writing_goes_on_without_pages_being_made_anew(writer: Writer) -> None:
    """Of live words nothing public is made."""

    def while_writing() -> bool:
        writer.product.get("/e/bar")
        before = writer.kept()
        writer.writes("More. ")
        writer.product.get("/e/bar")
        return writer.kept() > before

    until(while_writing, 30)


def test_what_was_written_is_on_the_next_page_whichever_process_wrote_it(writer: Writer) -> None:
    product = writer.product
    for n in range(3, 6):
        for path in ("/e/bar", "/e/bar/minutes", "/e/bar/minutes/history", "/e/bar/feed.atom"):
            product.get(path)
        writer.publishes(f"Lamp {n}. ")
        assert f"It says Lamp {n}." in product.get("/e/bar/minutes/history")[1]
        assert f"It says Lamp {n}." in product.get("/e/bar/feed.atom")[1]
    assert product.get("/e/bar/minutes/5")[0] == 200
    product.command("event", "hide", "bar")
    assert product.get("/e/bar/minutes/1")[0] == 404 and product.get("/e/bar")[0] == 404
    product.command("event", "hide", "bar", "--show")
    assert product.get("/e/bar/minutes/1")[0] == 200

"""What strangers type does no harm to who reads it."""

import gzip

import pytest

from tests.web.visitor import Visitor
from tests.web.world import World

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
TURNED = "‮evil⁦"
LONG_WORDS = " ".join(f"word{n}" for n in range(1000))


@pytest.fixture
def hostile(world: World) -> World:
    event = world.event(f"Event {MARKUP}", slug="river", theme=MARKUP, place=MARKUP)
    ada = world.member(event, "editor", f"Ada {MARKUP}", shows_name=True)
    draft = world.draft(event, f"Minutes {MARKUP}", slug="minutes")
    world.publishes(ada, draft, f"# {MARKUP}\n\n[a](javascript:alert(1)) ![b](//evil.example/b.png)\n", f"It {MARKUP}")
    world.publishes(ada, draft, f"# {MARKUP}\n\n[c](data:text/html,x) <iframe src=x>\n", f"It {MARKUP}")
    return world


@pytest.mark.parametrize(
    "path",
    ["/", "/e/river", "/e/river/minutes", "/e/river/minutes/1", "/e/river/minutes/1..2", "/e/river/minutes/history",
     "/e/river/record", "/e/river/-/promise", "/e/river/feed.atom"],
)  # fmt: skip
def test_titles_names_summaries_and_texts_are_words_and_nothing_else(hostile: World, reader: Visitor, path: str):
    page = reader.opens(path)
    assert page.status == 200
    for trick in ("<script>alert", "<img src=x", "<iframe", 'href="javascript:', 'src="//evil', 'href="data:'):
        assert trick not in page.source, trick


def test_a_name_cannot_turn_the_words_around_it(world: World, reader: Visitor):
    _, token, _ = world.link(world.event())
    reader.opens(f"/join/{token}")
    page = reader.presses("Join", name=f"Ada{TURNED}\r\nBcc: x\x00")
    assert "You are Adaevil Bcc: x" in page.text
    assert "‮" not in page.source


@pytest.mark.parametrize(
    "path",
    ["/e/..%2f..%2fetc/record.git/info/refs?service=git-upload-pack", "/e/%00", "/e/river/%2e%2e/record",
     "/join/" + "a" * 5000, "/e/river/minutes/99999999999999999999", "/e/river/minutes/1..99999999999999999999",
     "/e/" + "é" * 200],
)  # fmt: skip
def test_addresses_that_try_tricks_are_simply_not_there(hostile: World, reader: Visitor, path: str):
    assert reader.opens(path).status == 404


def test_pages_allow_no_script_but_ours_and_no_style_in_line(hostile: World, reader: Visitor):
    for path in ("/", "/e/river", "/e/river/minutes"):
        policy = reader.asks(path).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert " style=" not in reader.opens(path).source


def test_a_text_of_a_thousand_words_weighs_at_most_20_kilobytes(world: World, reader: Visitor):
    event = world.event()
    draft = world.draft(event, "Minutes", slug="minutes")
    world.publishes(world.member(event, "editor"), draft, f"# Minutes\n\n{LONG_WORDS}\n", "The first.")
    page = reader.opens("/e/river/minutes")
    parts = [page.source.encode(), *(reader.asks(style).data for style in page.styles)]
    parts.append(reader.asks("/static/icons/mark.svg").data)
    assert len(page.styles) >= 3
    assert sum(len(gzip.compress(part, 6)) for part in parts) <= 20 * 1024


def test_the_style_of_all_pages_together_weighs_at_most_8_kilobytes(reader: Visitor):
    names = ("tokens", "layout", "document", "forms", "difference", "print")
    sheets = [reader.asks(f"/static/css/{name}.css") for name in names]
    assert all(sheet.status_code == 200 for sheet in sheets)
    assert sum(len(gzip.compress(sheet.data, 6)) for sheet in sheets) <= 8 * 1024

"""What the editor's read view asks for: the text laid out, for those who may read it, within limits."""

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from drafting.config import Limits, Settings
from drafting.events.models import Event
from tests.web.visitor import Visitor
from tests.web.world import World

HERE = "/e/river/-/preview/ask"


@pytest.fixture
def world(settings: Settings) -> World:
    return World(replace(settings, limits=Limits(preview_bytes=2000)))


@pytest.fixture
def event(world: World) -> Event:
    event = world.event()
    world.draft(event, "What we ask for", slug="ask")
    return event


@pytest.fixture
def bob(world: World, event: Event) -> Visitor:
    return world.signed_in(world.member(event, "drafter", "Bob"))


def asks(visitor: Visitor, text: bytes, token: str | None = None, path: str = HERE) -> TestResponse:
    """What the editor's script sends."""
    if token is None:
        token = visitor.opens("/e/river/-/write/ask").forms[0].fields["csrf_token"]
    return visitor._client.post(path, data=text, content_type="text/plain", headers={"X-CSRFToken": token})


def test_headings_are_headings_and_tables_are_tables(bob: Visitor):
    answer = asks(bob, b"# Path\n\n| a | b |\n|---|---|\n| 1 | **2** |")
    assert answer.status_code == 200 and answer.mimetype == "text/html"
    for part in ("<h2", ">a</th>", "<strong>2</strong>"):
        assert part in answer.text


def test_what_could_do_harm_is_shown_as_words(bob: Visitor):
    answer = asks(bob, b"<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>")
    assert "<script" not in answer.text and "<img" not in answer.text and 'href="javascript' not in answer.text


@pytest.mark.parametrize(
    ("text", "status"), [(b"\xff\xfe", 422), (b"x" * 2001, 413), (b"x" * (3 * 1024 * 1024), 413), (b"\0\x1b", 200)]
)
def test_garbage_is_answered_in_words(bob: Visitor, text: bytes, status: int):
    assert asks(bob, text).status_code == status


def test_only_whoever_may_read_the_live_text_is_answered(world: World, event: Event, bob: Visitor):
    assert asks(world.visitor(), b"x", token="").status_code == 400
    reader = world.signed_in(world.person("Cy"))
    token = reader.opens("/-/you").forms[0].fields["csrf_token"]
    assert asks(reader, b"x", token=token).status_code == 403
    assert asks(bob, b"x", path="/e/river/-/preview/nothing").status_code == 404
    assert asks(bob, b"x", token="wrong").status_code == 400


def test_one_person_cannot_ask_without_end_and_does_not_stop_the_others(world: World, event: Event, bob: Visitor):
    token = bob.opens("/e/river/-/write/ask").forms[0].fields["csrf_token"]
    answers = [asks(bob, b"x", token=token).status_code for _ in range(41)]
    assert answers[:40] == [200] * 40 and answers[40] == 429
    eve = world.signed_in(world.member(event, "drafter", "Eve"))
    assert asks(eve, b"x").status_code == 200

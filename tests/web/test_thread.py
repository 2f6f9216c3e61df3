"""A version's page tells a stranger how it came about, and how to cite it."""

from datetime import time

import pytest

from drafting.db import now
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.review import accepting, commenting, declaring, hiding, objecting
from tests.web.test_remarks import suggests
from tests.web.visitor import Visitor
from tests.web.world import World

TEXT = "# Minutes\n\nThe path is dark and wet.\n"


@pytest.mark.usefixtures("open_rooms")
def test_what_was_suggested_asked_and_challenged_on_the_way_is_counted(
    world: World, event: Event, bob: Person, reader: Visitor
):
    ada, minutes = world.member(event, "editor", "Ada"), world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, TEXT, "First.")
    cleo, editor = world.signed_in(world.member(event, "contributor", "Cleo")), world.signed_in(ada)
    editor.opens(suggests(cleo, "dark", "dim"))
    editor.presses("Accept: put it into the text")
    editor.opens(suggests(cleo, "wet", "muddy"))
    editor.presses("Decline", outcome="It was dry.")
    with world.services.database.write() as session:
        for kind in ("question", "question", "challenge", "comment"):
            made = commenting.say(session, minutes, kind, None, words="Why?", by=bob.id, at=now())
            commenting.resolve(session, made.id, outcome="", by=ada.id, at=now())
        hiding.hide(session, "remark", made.id, because="Spam.", by=ada.id, at=now())
    world.accepts(ada, world.puts_forward(ada, minutes, "What was said."))
    page = reader.opens("/e/river/minutes/2")
    for words in (
        "One suggestion went into it.",
        "One suggestion was declined, with a reason.",
        "Two questions were dealt with.",
        "One challenge was dealt with.",
    ):
        assert words in page.text, words
    assert "Read what was suggested and asked" not in page.text
    assert "/e/river/-/remarks/minutes?all" in editor.opens("/e/river/minutes/2").links.values()
    assert "How it came about" not in reader.opens("/e/river/minutes/1").text


def test_what_was_objected_is_told_and_can_be_read_where_everybody_could_read_it_before(
    world: World, event: Event, bob: Person, reader: Visitor
):
    ada, fay = world.member(event, "editor", "Ada"), world.member(event, "facilitator", "Fay")
    with world.services.database.write() as session:
        rule = declaring.Wanted("unless", people=2, minutes=45, opens=time(0), closes=time(23, 59))
        declaring.declare(session, event.id, rule, by=fay.id, at=now())
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, minutes, TEXT)
    proposal = world.puts_forward(bob, minutes, "First.")
    with world.services.database.write() as session:
        made = objecting.object_to(session, world.services.house, proposal.id, words="No.", by=ada.id, at=now())
        assert made is not None
        objecting.answer(session, made.id, words="Yes.", by=fay.id, at=now())
    before = reader.opens(f"/e/river/-/proposals/{proposal.id}")
    assert "No." in before.text
    with world.services.database.write() as session:
        accepting.accept(session, world.services.house, proposal.id, seen_base=0, how="agreed", by=None, at=now())
    page = reader.opens("/e/river/minutes/1")
    assert "One objection was raised and answered." in page.text
    page = reader.follows("See how it was put forward")
    assert page.status == 200 and "No." in page.text and "Yes." in page.text


def test_it_can_be_cited_with_its_permalink_its_day_and_its_commit(world: World, event: Event, reader: Visitor):
    ada, minutes = world.member(event, "editor", "Ada"), world.draft(event, "Minutes", slug="minutes")
    revision = world.publishes(ada, minutes, TEXT, "First.")
    assert "commit" not in reader.opens("/e/river/minutes/1").text.partition("To quote it")[2].lower()
    world.worker_follows()
    page = reader.opens("/e/river/minutes/1")
    with world.services.database.read() as session:
        commit = session.get_one(type(revision), revision.id).commit_id
    assert commit is not None
    cited = page.text.partition("To quote it")[2]
    for words in (
        "Minutes , version 1. Drafting team of A river for everyone",
        revision.url,
        f"(commit {commit[:12]})",
    ):
        assert words in cited, words
    assert 'data-copy="Copy this"' in page.source

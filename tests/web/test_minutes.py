"""What happened to a text, told as minutes: from facts, which hold no words and no names."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta

import pytest

from drafting import facts
from drafting.db import now
from drafting.drafts import anchors, freezing, journal
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.review import commenting, hiding, remarks, suggesting
from drafting.review.models import Remark
from drafting.web import telling
from tests.web.visitor import Page, Visitor
from tests.web.world import World

TEXT = "The path is dark and wet.\n"
PAGE = "/e/river/-/minutes/minutes"
DAY = datetime(2026, 5, 4, 12, 5, tzinfo=UTC)


@pytest.fixture
def event(world: World) -> Event:
    return world.event(timezone="Europe/Berlin")


@pytest.fixture
def bob(world: World, event: Event) -> Person:
    return world.member(event, "editor", "Bob")


@pytest.fixture
def ada(world: World, event: Event) -> Person:
    return world.member(event, "contributor", "Ada", shows_name=True)


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, draft, TEXT)
    return draft


@pytest.fixture
def reads(world: World, bob: Person, minutes: Draft) -> Visitor:
    return world.signed_in(bob)


def suggests(world: World, ada: Person, draft: Draft, old: str, new: str, at: datetime = DAY) -> Remark:
    with world.services.database.write() as session:
        start = TEXT.index(old)
        (named,) = anchors.named(journal.past(session, draft.id), [(start, start + len(old))])
        fresh = session.get_one(Draft, draft.id)
        return suggesting.suggest(session, fresh, named, words=new, reason="", by=ada.id, at=at)


def says(world: World, ada: Person, draft: Draft, kind: str, words: str, at: datetime = DAY) -> Remark:
    with world.services.database.write() as session:
        return commenting.say(session, session.get_one(Draft, draft.id), kind, None, words=words, by=ada.id, at=at)


def told(reads: Visitor) -> Page:
    """The page, with its sentences as they are read."""
    page = reads.opens(PAGE)
    page._words = [re.sub(r" ([.,:?])", r"\1", page.text)]
    return page


def test_every_fact_that_concerns_a_draft_has_a_sentence_and_every_sentence_is_whole(event: Event):
    concern = {kind for kind in facts.KINDS.values() if "draft_id" in {f.name for f in dataclasses.fields(kind)}}
    assert concern - set(telling.SENTENCES) == set(), "say in web/telling.py how the minutes tell it"
    for sentence in (*telling.SENTENCES.values(), *telling.OF_THE_EVENT.values(), *telling.TOGETHER.values()):
        for name in re.findall(r"\{(\w+)\}", sentence):
            assert callable(getattr(telling.Told, name)), name


def test_it_reads_like_minutes_in_the_events_own_time(
    world: World, ada: Person, bob: Person, minutes: Draft, reads: Visitor
):
    one = suggests(world, ada, minutes, "dark", "dim")
    with world.services.database.write() as session:
        suggesting.decline(session, one.id, reason="No.", by=bob.id, at=DAY + timedelta(minutes=2))
    says(world, ada, minutes, "question", "Which <path>?", DAY + timedelta(days=1))
    page = told(reads)
    assert "14:05 Ada suggested dim instead of dark." in page.text
    assert "14:07 A writer declined the suggestion dim instead of dark by Ada." in page.text
    assert "14:05 Ada asked Which <path>?" in page.text
    assert page.text.index("5 May 2026") < page.text.index("4 May 2026"), "the newest day first"
    assert page.links["dim instead of dark"] == f"/e/river/-/remark/{one.id}"


def test_many_of_a_kind_in_a_row_are_told_together(world: World, ada: Person, minutes: Draft, reads: Visitor):
    for step in range(4):
        says(world, ada, minutes, "comment", f"Number {step}", DAY + timedelta(minutes=step))
    page = told(reads)
    assert "14:05 to 14:08 Ada made 4 comments, questions or challenges: 1, 2, 3, 4." in page.text
    assert "Number 2" not in page.text


def test_names_follow_the_choice_of_today_and_hidden_words_stay_hidden(
    world: World, ada: Person, bob: Person, minutes: Draft, reads: Visitor
):
    one = says(world, ada, minutes, "comment", "An insult.")
    assert "Ada commented: An insult." in told(reads).text
    with world.services.database.write() as session:
        session.get_one(Person, ada.id).shows_name = False
        hiding.hide(session, "remark", one.id, because="It hurts.", by=bob.id, at=now())
    page = told(reads)
    assert "Somebody at the event commented: something that was hidden." in page.text
    assert "Ada" not in page.text and "An insult." not in page.source


def test_what_nobody_has_looked_at_yet_is_not_told_in_its_words(
    world: World, ada: Person, bob: Person, minutes: Draft, reads: Visitor
):
    with world.services.database.write() as session:
        fresh = session.get_one(Draft, minutes.id)
        one = commenting.say(session, fresh, "comment", None, words="Buy @Bob!", by=ada.id, at=DAY, waits=True)
    page = told(reads)
    assert (
        "Somebody at the event commented: something that nobody has looked at yet." in page.text
        and "Buy" not in page.source
    )
    with world.services.database.write() as session:
        remarks.let_through(session, one.id, by=bob.id, at=DAY)
    assert "A writer let the comment Buy @Bob! by Ada stand beside the text." in told(reads).text


@pytest.mark.usefixtures("open_rooms")
def test_struck_words_never_come_back(world: World, event: Event, ada: Person, minutes: Draft, reads: Visitor):
    suggests(world, ada, minutes, "dark", "as dark as Mr Miller")
    assert "Mr Miller" in reads.opens(PAGE).source
    fay = world.signed_in(world.member(event, "facilitator", "Fay", shows_name=True))
    fay.opens("/e/river/minutes/-/strike")
    fay.presses("Look for them", words="Mr Miller")
    fay.presses("Strike the words. This cannot be undone", words="Mr Miller", reason="A neighbour.")
    page = told(reads)
    assert "Mr Miller" not in page.source
    assert "a change with words that were struck" in page.text
    assert "Fay struck words that could have hurt someone." in page.text


def test_what_is_put_forward_published_frozen_and_closed_is_told(
    world: World, bob: Person, minutes: Draft, reads: Visitor
):
    world.publishes(bob, minutes, TEXT + "More.\n", "More.")
    with world.services.database.write() as session:
        freezing.freeze(session, session.get_one(Draft, minutes.id), because="Why.", by=bob.id, at=now())
    page = told(reads)
    for sentence in (
        "The drafting team started the text.",
        "A writer put the text forward as version 1.",
        "A writer published version 1.",
        "Now version 1 is public.",
        "A writer froze the text.",
    ):
        assert sentence in page.text
    assert page.links["version 1"].endswith("/minutes/1")


def test_fifty_acts_stand_on_a_page(world: World, ada: Person, minutes: Draft, reads: Visitor):
    for step in range(60):
        says(world, ada, minutes, "comment" if step % 2 else "question", f"Number {step}.", DAY)
        with world.services.database.write() as session:
            freezing_turn = freezing.unfreeze if step % 2 else freezing.freeze
            more = {} if step % 2 else {"because": "So."}
            freezing_turn(session, session.get_one(Draft, minutes.id), by=ada.id, at=DAY, **more)
    page = told(reads)
    assert page.text.count("14:05") == 50 and "Number 59." in page.text
    assert "Number 1." not in page.text
    page = reads.follows("Earlier")
    assert page.text.count("14:05") == 50
    page = reads.follows("Earlier")
    assert "Number 1." in page.text and "started the text" in page.text and "Earlier" not in page.links
    assert reads.opens(f"{PAGE}?before=x").status == 200


def test_minutes_are_for_people_in_the_event(world: World, minutes: Draft, reader: Visitor):
    assert reader.opens(PAGE).status == 401
    assert world.signed_in(world.person("Zoe")).opens(PAGE).status == 403


def test_of_many_told_together_what_is_hidden_is_told_apart_and_without_a_name(
    world: World, ada: Person, bob: Person, minutes: Draft, reads: Visitor
):
    some = [says(world, ada, minutes, "comment", f"Number {n}.").id for n in range(4)]
    with world.services.database.write() as session:
        session.get_one(Person, ada.id).name = "Zoe Hurtful"
        hiding.hide(session, "remark", some[1], because="It hurts.", by=bob.id, at=now())
    text = told(reads).text
    assert "Somebody at the event commented: something that was hidden." in text
    assert text.count("Zoe Hurtful") == 3

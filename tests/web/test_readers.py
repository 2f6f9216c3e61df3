"""Readers who have not joined suggest and comment where the event lets them; what they say waits to be looked at."""

import pytest

from drafting.events.models import Event
from drafting.people.models import Person
from drafting.review import remarks
from tests.web.visitor import Visitor
from tests.web.world import World

TEXT = "The path is dark and wet.\n"


@pytest.fixture
def event(world: World) -> Event:
    event = world.event(readers_remark=True)  # type: ignore[arg-type]
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.writes(world.member(event, "drafter", "Bob"), minutes, TEXT)
    return event


def says(reader: Visitor, words: str, **more: str) -> str:
    """Where the reader reads it again."""
    reader.opens("/e/river/-/comment/minutes")
    page = reader.presses("Put it beside the text", kind="question", words=words, **more)
    assert "as soon as somebody who runs the event has looked at it" in page.text
    return page.path


def test_where_the_event_does_not_let_them_they_cannot(world: World, reader: Visitor):
    event = world.event("Quiet", slug="quiet")
    world.draft(event, "Minutes", slug="minutes")
    assert reader.opens("/e/quiet/-/comment/minutes").status == 401
    assert reader.opens("/e/quiet/-/remarks/minutes").status == 401
    assert "Read the live text and comment" not in reader.opens("/e/quiet/minutes").links


def test_a_reader_asks_and_nobody_else_sees_it_until_it_was_looked_at(
    world: World, event: Event, reader: Visitor, fay: Visitor
):
    reader.opens("/e/river/minutes")
    page = reader.follows("Read the live text and comment")
    assert "The path is dark and wet." in page.text
    card = says(reader, "When is it lit?", quote="dark")
    assert "Nobody else sees this yet." in reader.opens(card).text
    cleo = world.signed_in(world.member(event, "contributor", "Cleo"))
    assert cleo.opens(card).status == 404
    assert "When is it lit?" not in cleo.opens("/e/river/-/remarks/minutes").text
    assert "0 questions" in cleo.page.text
    fay.opens("/e/river")
    page = fay.follows("Look at it")
    assert "When is it lit?" in page.text and "By a reader" in page.text
    page = fay.presses("Let it stand beside the text, number 1")
    assert "It stands beside the text now." in page.text
    assert "When is it lit?" in cleo.opens("/e/river/-/remarks/minutes").text
    assert "Nothing waits to be looked at." in fay.opens("/e/river/-/waiting").text


def test_what_hurts_is_hidden_with_a_reason_that_everybody_reads(
    world: World, event: Event, reader: Visitor, fay: Visitor
):
    card = says(reader, "Mrs Miller did it.")
    fay.opens(card)
    fay.follows("Hide it, because it hurts somebody or is spam")
    fay.presses("Hide it", because="It names a neighbour.")
    page = reader.opens("/e/river/-/remarks/minutes")
    assert "Mrs Miller" not in page.text and "It names a neighbour." in page.text


def test_a_reader_suggests_and_an_editor_decides_after_it_was_let_through(
    world: World, event: Event, reader: Visitor, fay: Visitor
):
    reader.opens("/e/river/-/suggest/minutes")
    page = reader.presses("Suggest it", text="The path is dim and wet.\n", reason="")
    assert "as soon as somebody who runs the event" in page.text
    ada = world.signed_in(world.member(event, "editor", "Ada"))
    assert ada.opens("/e/river/-/remark/1").status == 404
    token = fay.opens("/e/river/-/remark/1").forms[0].fields["csrf_token"]
    refused = fay.posts("/e/river/-/remark/1/accept", words="dim", seen="dark", csrf_token=token)
    assert refused.status == 409 and "Nobody has looked at this yet." in refused.text
    fay.opens("/e/river/-/remark/1")
    fay.presses("Let it stand beside the text")
    assert ada.opens("/e/river/-/remark/1").status == 200


@pytest.mark.parametrize("role", ["editor", "drafter", "contributor", "reader"])
def test_nobody_else_looks_through_them(world: World, event: Event, reader: Visitor, role: str):
    card = says(reader, "Why?")
    somebody = reader if role == "reader" else world.signed_in(world.member(event, role))
    assert somebody.opens("/e/river/-/waiting").status in (401, 403)
    token = somebody.opens("/e/river/-/comment/minutes").forms[-1].fields["csrf_token"]
    assert somebody.posts(f"{card}/let-through", csrf_token=token).status in (403, 404)


def test_a_reader_writes_nothing_and_decides_nothing(world: World, event: Event, reader: Visitor):
    card = says(reader, "Why?")
    token = reader.opens("/e/river/-/comment/minutes").forms[-1].fields["csrf_token"]
    for path in (
        f"{card}/resolve",
        f"{card}/reply",
        card.replace("/-/", "/-/hide/"),
        "/e/river/-/write/minutes",
        "/e/river/-/put-forward/minutes",
    ):
        said = {"text": "x", "words": "x", "seen": "0", "summary": "x", "because": "x"}
        assert reader.posts(path, csrf_token=token, **said).status in (403, 409), path
    assert reader.opens("/e/river/minutes/live").status == 200, "somebody who has said something may read along"


def test_only_so_much_waits_at_once(world: World, event: Event, reader: Visitor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(remarks, "MOST_WAITING", 2)
    says(reader, "One?")
    says(reader, "Two?")
    reader.opens("/e/river/-/comment/minutes")
    page = reader.presses("Put it beside the text", kind="question", words="Three?")
    assert page.status == 429 and "Too much waits to be looked at already." in page.text and "Three?" in page.source


def test_whoever_forgets_who_they_are_may_not_say_as_much_as_they_like(world: World, event: Event):
    answers = []
    for n in range(25):
        visitor = world.visitor()
        visitor.opens("/e/river/-/comment/minutes")
        answers.append(visitor.presses("Put it beside the text", kind="comment", words=f"{n}").status)
    assert answers[0] == 200 and answers[-1] == 429


def test_what_a_reader_typed_while_suggesting_waits_too(world: World, event: Event, reader: Visitor):
    token = reader.opens("/e/river/-/comment/minutes").forms[-1].fields["csrf_token"]
    changes = [{"anchor": {"before": None, "after": None}, "words": "Note: "}]
    answer = reader.sends_json("/e/river/-/suggestions/minutes", {"changes": changes, "reason": ""}, token)
    assert answer.status_code == 201 and "has looked at it" in answer.json["said"]
    cleo = world.signed_in(world.member(event, "contributor", "Cleo"))
    assert "0 suggestions" in cleo.opens("/e/river/-/remarks/minutes").text
    assert "Note" not in cleo.opens("/e/river/-/with/minutes?all").text


def test_one_reader_does_not_fill_what_waits(world: World, event: Event, reader: Visitor, monkeypatch):
    monkeypatch.setattr(remarks, "MOST_WAITING_OF_ONE", 2)
    says(reader, "One?")
    says(reader, "Two?")
    reader.opens("/e/river/-/comment/minutes")
    assert reader.presses("Put it beside the text", kind="question", words="Three?").status == 429
    says(world.visitor(), "Somebody else?")


def test_hidden_spam_leaves_room_for_the_team(world: World, event: Event, reader: Visitor, fay: Visitor, monkeypatch):
    monkeypatch.setattr(remarks, "MOST_OPEN", 1)
    card = says(reader, "Buy this.")
    fay.opens(card)
    fay.follows("Hide it, because it hurts somebody or is spam")
    fay.presses("Hide it", because="An advert.")
    fay.opens("/e/river/-/comment/minutes")
    assert fay.presses("Put it beside the text", kind="question", words="Which path?").status == 200


def test_a_name_that_hurts_is_hidden_with_what_was_said(world: World, event: Event, reader: Visitor, fay: Visitor):
    card = says(reader, "Something.")
    reader.opens("/-/you")
    form = next(form for form in reader.page.forms if "name" in form.fields)
    reader.posts(form.action, **{**form.fields, "name": "Mrs Miller stole it", "credit": "name", "shows_name": "yes"})
    cleo = world.signed_in(world.member(event, "contributor", "Cleo"))
    assert "Mrs Miller" not in cleo.opens("/e/river/-/minutes/minutes").text
    fay.opens(card)
    assert "Mrs Miller" in fay.page.text, "whoever runs the event sees whose it is"
    fay.follows("Hide it, because it hurts somebody or is spam")
    fay.presses("Hide it", because="It names a neighbour.")
    for page in ("/e/river/-/remarks/minutes", "/e/river/-/remarks/minutes?part", card, "/e/river/-/minutes/minutes"):
        assert "Mrs Miller" not in cleo.opens(page).text, page


def test_what_was_said_to_something_hidden_is_hidden_with_it(world: World, event: Event, fay: Visitor):
    cleo = world.signed_in(world.member(event, "contributor", "Cleo"))
    cleo.opens("/e/river/-/comment/minutes")
    card = cleo.presses("Put it beside the text", kind="comment", words="Bad words.").path
    fay.opens(card)
    fay.presses("Answer", words="You said bad words.")
    fay.presses("Mark as resolved", outcome="No bad words please.")
    fay.follows("Hide it, because it hurts somebody or is spam")
    fay.presses("Hide it", because="It hurts.")
    bob = world.signed_in(world.member(event, "drafter", "Bob"))
    for page in (card, "/e/river/-/remarks/minutes?all"):
        assert "bad words" not in bob.opens(page).text.lower(), page


def test_a_reader_sends_only_as_much_at_once_as_somebody_looks_through(world: World, event: Event, reader: Visitor):
    says(reader, "Why?")
    assert '"suggestionsAtOnce": 10' in reader.opens("/e/river/minutes/live").source
    token = reader.opens("/e/river/-/comment/minutes").forms[-1].fields["csrf_token"]
    sent = {"changes": [{"anchor": {"ids": [[1, n, 1]]}, "words": "x"} for n in range(11)]}
    answer = reader.sends_json("/e/river/-/suggestions/minutes", sent, token)
    assert answer.status_code == 422 and "10 changes are possible at once." in answer.json["detail"]


def test_nobody_becomes_somebody_by_saying_nothing(world: World, event: Event, reader: Visitor):
    def people() -> int:
        with world.services.database.read() as session:
            return session.query(Person).count()

    before = people()
    reader.opens("/e/river/-/comment/minutes")
    assert reader.presses("Put it beside the text", kind="question", words="").status == 422
    assert people() == before

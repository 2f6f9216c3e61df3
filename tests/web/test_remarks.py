"""Suggesting, commenting and deciding in a browser without script."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from drafting.db import now
from drafting.drafts import anchors, journal, plain
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.review import commenting, remarks
from tests.web.visitor import Page, Visitor
from tests.web.world import World

TEXT = "# Minutes\n\nThe path is dark and wet.\n\nThe benches are broken.\n"


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, draft, TEXT)
    return draft


@pytest.fixture
def cleo(world: World, event: Event, minutes: Draft) -> Visitor:
    """A contributor."""
    return world.signed_in(world.member(event, "contributor", "Cleo", shows_name=True))


@pytest.fixture
def ada(world: World, event: Event, minutes: Draft) -> Visitor:
    """An editor."""
    return world.signed_in(world.member(event, "editor", "Ada", shows_name=True))


def live(world: World, draft: Draft) -> str:
    with world.services.database.read() as session:
        return plain.read(journal.past(session, draft.id))[0]


def writers(world: World, draft: Draft) -> list[int | None]:
    with world.services.database.read() as session:
        return [row.person_id for row in journal.read(session, draft.id)]


def sends(visitor: Visitor, path: str, **fields: str) -> Page:
    """What no button of the page would send."""
    token = visitor.opens("/e/river/-/comment/minutes").forms[-1].fields["csrf_token"]
    return visitor.posts(path, csrf_token=token, **fields)


def suggests(cleo: Visitor, old: str, new: str, reason: str = "") -> str:
    page = cleo.opens("/e/river/-/suggest/minutes")
    text = page.forms[-1].fields["text"]
    assert old in text
    page = cleo.presses("Suggest it", text=text.replace(old, new).replace("\n", "\r\n"), reason=reason)
    assert page.path == "/e/river/-/remarks/minutes"
    return next(target for words, target in page.links.items() if words == "A suggestion")


@pytest.mark.usefixtures("open_rooms")
def test_a_contributor_suggests_and_an_editor_accepts_and_the_words_are_credited(
    world: World, cleo: Visitor, ada: Visitor, minutes: Draft
):
    one = suggests(cleo, "dark and wet", "dim and damp", "It is not that bad.")
    assert live(world, minutes) == TEXT, "a suggestion changes nothing"
    assert "An editor decides" in cleo.opens(one).text
    assert sends(cleo, f"{one}/accept", seen="dark and wet").status == 403
    page = ada.opens(one)
    assert "<del>dark and wet</del><ins>dim and damp</ins>" in page.source
    assert "It is not that bad." in page.text and "Cleo" in page.text
    page = ada.presses("Accept: put it into the text")
    assert "It is in the text now." in page.text and "accepted" in page.text
    assert live(world, minutes) == TEXT.replace("dark and wet", "dim and damp")
    with world.services.database.read() as session:
        row = journal.read(session, minutes.id)[-1]
    assert row.person_id not in (writers(world, minutes)[0], None), "the words are Cleo's"
    assert sends(ada, f"{one}/accept", seen="dark and wet").status == 409


@pytest.mark.usefixtures("open_rooms")
def test_who_decides_a_card_at_the_same_moment_as_others_is_told_and_nobody_is_sent_out_of_the_room(
    world: World, event: Event, cleo: Visitor, minutes: Draft, caplog: pytest.LogCaptureFixture
):
    one = suggests(cleo, "dark and wet", "dim and damp")
    editors = [world.signed_in(world.member(event, "editor", f"Editor {n}")) for n in range(6)]
    rows = len(writers(world, minutes))
    with ThreadPoolExecutor(len(editors)) as pool:
        presses = [
            pool.submit(sends, editor, f"{one}/{'decline' if n % 2 else 'accept'}", seen="dark and wet", outcome="No.")
            for n, editor in enumerate(editors)
        ]
    assert sorted(press.result().status for press in presses) == [200] + [409] * 5
    accepted = "accepted" in cleo.opens(one).text
    assert len(writers(world, minutes)) == rows + accepted
    assert "not written" not in caplog.text


@pytest.mark.usefixtures("open_rooms")
def test_an_editor_accepts_with_other_words(world: World, cleo: Visitor, ada: Visitor, minutes: Draft):
    one = suggests(cleo, "broken", "kaputt")
    ada.opens(one)
    page = ada.presses("Accept: put it into the text", words="worn out")
    assert "accepted with changes" in page.text and "worn out" in page.text
    assert live(world, minutes) == TEXT.replace("broken", "worn out")


@pytest.mark.usefixtures("open_rooms")
def test_changes_in_two_places_are_two_suggestions(world: World, cleo: Visitor, ada: Visitor, minutes: Draft):
    page = cleo.opens("/e/river/-/suggest/minutes")
    text = page.forms[-1].fields["text"]
    page = cleo.presses("Suggest it", text=text.replace("# Minutes", "# Minutes of May").replace("broken", "old"))
    assert page.text.count("A suggestion") >= 2 and "2 suggestions were made." in page.text
    assert "Open: 2 suggestions, 0 comments" in page.text
    for link in [target for words, target in page.links.items() if words.startswith("Look, answer or decide")]:
        ada.opens(link)
        ada.presses("Accept: put it into the text")
    assert live(world, minutes) == TEXT.replace("# Minutes", "# Minutes of May").replace("broken", "old")


@pytest.mark.usefixtures("open_rooms")
def test_a_suggestion_stays_on_its_words_and_says_when_they_moved(
    world: World, cleo: Visitor, ada: Visitor, minutes: Draft, bob: Person
):
    one = suggests(cleo, "dark and wet", "dim")
    ada.opens(one)
    world.writes(
        bob, minutes, live(world, minutes).replace("dark and wet", "dark, cold and wet").replace("# M", "# The m")
    )
    page = ada.presses("Accept: put it into the text")
    assert page.status == 409 and "The words have changed since you looked." in page.text
    assert "Somebody changed these words since." in page.text
    page = ada.presses("Accept: put it into the text", words="dim and cold")
    assert page.status == 200
    assert live(world, minutes) == "# The minutes\n\nThe path is dim and cold.\n\nThe benches are broken.\n"


def test_words_that_are_gone_are_said_to_be_gone(
    world: World, cleo: Visitor, ada: Visitor, minutes: Draft, bob: Person
):
    one = suggests(cleo, "broken", "old")
    world.writes(bob, minutes, "# Minutes\n\nThe path is dark and wet.\n")
    page = ada.opens(one)
    assert "The words that this would change are not in the text any more." in page.text
    assert not any("Accept: put it into the text" in form.buttons for form in page.forms)


def test_two_suggestions_for_the_same_words_are_shown_as_colliding(world: World, cleo: Visitor, ada: Visitor):
    suggests(cleo, "dark and wet", "dim")
    page = ada.opens("/e/river/-/suggest/minutes")
    page = ada.presses("Suggest it", text=page.forms[-1].fields["text"].replace("wet", "slippery"))
    assert page.text.count("Would change the same words as another suggestion.") == 2
    assert "Another suggestion would change the same words" in ada.opens(page.links["A suggestion"]).text


def test_what_was_declined_keeps_its_page_and_is_taken_up_again(cleo: Visitor, ada: Visitor):
    one = suggests(cleo, "broken", "old")
    ada.opens(one)
    page = ada.presses("Decline", outcome="")
    assert page.status == 422 and "Please say in a sentence why." in page.text
    page = ada.presses("Decline", outcome="They are broken.")
    assert "declined" in page.text and "They are broken." in page.text
    assert "Nothing is open." in cleo.opens("/e/river/-/remarks/minutes").text
    assert "They are broken." in cleo.opens("/e/river/-/remarks/minutes?all").text
    cleo.opens(one)
    assert "It is open again." in cleo.presses("Take it up again").text


def test_a_question_is_asked_answered_and_resolved(world: World, cleo: Visitor, ada: Visitor):
    cleo.opens("/e/river/-/comment/minutes")
    page = cleo.presses("Put it beside the text", kind="question", quote="The benches", words="Which ones?")
    assert "A question" in page.text and "<mark>The benches</mark>" in page.source
    one = page.path
    ada.opens(one)
    ada.presses("Answer", words="Those by the river.\n\nAll three.")
    page = ada.presses("Mark as resolved", outcome="It says so now.")
    assert "resolved" in page.text and "It says so now." in page.text
    assert "Those by the river." in cleo.opens(one).text
    assert "It is open again." in cleo.presses("Open it again").text


def test_words_that_stand_in_several_places_are_asked_for(cleo: Visitor):
    cleo.opens("/e/river/-/comment/minutes")
    page = cleo.presses("Put it beside the text", kind="comment", quote="The ", words="Hm.")
    assert page.status == 422 and "These words stand in 2 places." in page.text
    page = cleo.presses("Put it beside the text", place="2")
    assert "<mark>The </mark>benches" in page.source
    cleo.opens("/e/river/-/comment/minutes")
    page = cleo.presses("Put it beside the text", kind="comment", quote="nowhere", words="Hm.")
    assert page.status == 422 and "These words do not stand in the text." in page.text


def test_somebody_says_something_about_all_of_it(cleo: Visitor):
    cleo.opens("/e/river/-/comment/minutes")
    page = cleo.presses("Put it beside the text", kind="challenge", words="This was not what we said. <b>At all</b>")
    assert "About the whole text" in page.text and "<b>At all</b>" in page.text and "&lt;b&gt;At all" in page.source


def test_what_hurts_is_hidden_by_whoever_runs_the_event_and_shown_again(world: World, event: Event, cleo: Visitor):
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    cleo.opens("/e/river/-/comment/minutes")
    one = cleo.presses("Put it beside the text", kind="comment", words="Mr Miller did it.").path
    assert sends(cleo, one.replace("/-/", "/-/hide/"), because="x").status == 403
    fay.opens(one)
    fay.follows("Hide it, because it hurts somebody or is spam")
    page = fay.presses("Hide it", because="It names a neighbour.")
    assert "Mr Miller" not in cleo.opens(one).text and "It names a neighbour." in cleo.page.text
    assert "Mr Miller" not in cleo.opens("/e/river/-/remarks/minutes").text
    fay.opens(one)
    assert "Mr Miller did it." in fay.follows("Show it again").text, "who decides about it reads it"
    page = fay.presses("Show it again")
    assert "Mr Miller did it." in page.text


def test_an_answer_that_hurts_is_hidden_and_what_it_answers_stays(world: World, event: Event, cleo: Visitor):
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    dan = world.signed_in(world.member(event, "contributor", "Dan Miller", shows_name=True))
    cleo.opens("/e/river/-/comment/minutes")
    one = cleo.presses("Put it beside the text", kind="comment", words="Who did it?").path
    dan.opens(one)
    dan.presses("Answer", words="Mr Miller did it, says @Cleo.")
    assert "You are mentioned" in cleo.opens("/e/river/-/since/minutes").text
    fay.opens(one)
    fay.follows("Hide it: answer 1")
    assert fay.presses("Hide it", because="").status == 422
    assert fay.presses("Hide it", because="x" * 5000).status == 422
    page = fay.presses("Hide it", because="It names a neighbour.")
    assert page.path == one and "It is hidden." in page.text
    for where in (one, "/e/river/-/remarks/minutes?all", "/e/river/-/minutes/minutes"):
        assert "Miller" not in cleo.opens(where).text, where
    assert "Who did it?" in cleo.opens(one).text and "It names a neighbour." in cleo.page.text
    assert "You are mentioned" not in cleo.opens("/e/river/-/since/minutes").text
    assert "hid an answer to the comment Who did it? by Cleo" in fay.opens("/e/river/-/minutes/minutes").text
    again = sends(fay, "/e/river/-/hide/answer/1", because="Once more.")
    assert again.status == 409 and "Show it again" in again.source and "Once more." not in cleo.opens(one).text
    assert sends(cleo, "/e/river/-/show/answer/1").status == 403
    fay.opens(one)
    fay.follows("Show it again: answer 1")
    fay.presses("Show it again")
    assert "Mr Miller did it" in cleo.opens(one).text
    assert fay.opens("/e/river/-/hide/answer/99").status == fay.opens("/e/river/-/hide/rule/1").status == 404


def test_nothing_of_another_event_is_hidden(world: World, event: Event, cleo: Visitor):
    cleo.opens("/e/river/-/comment/minutes")
    cleo.presses("Put it beside the text", kind="comment", words="Who did it?")
    other = world.event("Lake", slug="lake")
    fay = world.signed_in(world.member(other, "facilitator", "Fay"))
    assert fay.opens("/e/lake/-/hide/remark/1").status == 404


@pytest.mark.parametrize("step", ["accept", "decline", "let-through"])
def test_a_contributor_decides_nothing(cleo: Visitor, step: str):
    one = suggests(cleo, "broken", "old")
    assert sends(cleo, f"{one}/{step}", seen="broken", outcome="Because.", because="Because.").status == 403
    assert "open" in cleo.opens(one).text


def test_readers_and_strangers_say_nothing_here(world: World, event: Event, minutes: Draft, reader: Visitor):
    rae = world.signed_in(world.member(event, "reader", "Rae"))
    for path in ("/e/river/-/comment/minutes", "/e/river/-/suggest/minutes", "/e/river/-/remarks/minutes"):
        assert reader.opens(path).status == 401
        assert rae.opens(path).status == 403


def test_garbage_is_refused_in_words(cleo: Visitor, ada: Visitor):
    one = suggests(cleo, "broken", "old")
    assert sends(ada, f"{one}/nonsense").status == 404
    assert sends(ada, "/e/river/-/remark/999999/decline", outcome="x").status == 404
    assert sends(ada, f"{one}/accept", seen="\x00\ufdd0", words="y" * 30_000).status in (409, 422)
    assert sends(ada, f"{one}/resolve").status == 422
    assert sends(cleo, "/e/river/-/suggest/minutes", text="x" * 10, seen="-1").status == 422
    assert sends(cleo, "/e/river/-/comment/minutes", kind="x", words="y").status == 422


def test_no_more_is_decided_in_a_closed_event(world: World, event: Event, cleo: Visitor, ada: Visitor):
    one = suggests(cleo, "broken", "old")
    with world.services.database.write() as session:
        session.get_one(Event, event.id).state = "closed"
    assert sends(ada, f"{one}/decline", outcome="Late.").status == 403
    assert "This text is closed" in cleo.opens("/e/river/-/suggest/minutes").text


def beside(visitor: Visitor, **said: object) -> tuple[int, dict]:
    """What the live page's script sends."""
    token = visitor.opens("/e/river/-/comment/minutes").forms[-1].fields["csrf_token"]
    answer = visitor.sends_json("/e/river/-/beside/minutes", said, token)
    return answer.status_code, answer.get_json()


def test_the_script_names_characters_by_their_ids(world: World, cleo: Visitor, minutes: Draft):
    with world.services.database.read() as session:
        past = journal.past(session, minutes.id)
    at = TEXT.index("dark")
    anchor = anchors.named(past, [(at, at + 4)])[0].anchor.stored()
    status, answer = beside(cleo, kind="suggestion", anchor=anchor, words="dim", reason="Look.")
    assert status == 201
    page = cleo.opens(answer["url"])
    assert "<del>dark</del><ins>dim</ins>" in page.source and "Look." in page.text
    part = cleo.opens("/e/river/-/remarks/minutes?part")
    assert "<html" not in part.source and f'data-ids="{[list(span) for span in anchor["ids"]]}"' in part.source


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 422),
        ({"kind": "suggestion", "anchor": None, "words": "x"}, 422),
        ({"kind": "comment", "anchor": None, "words": ""}, 422),
        ({"kind": "comment", "anchor": None, "words": "x" * 5001}, 422),
        ({"kind": "comment", "anchor": None, "words": 5}, 422),
        ({"kind": ["comment"], "anchor": None, "words": "x"}, 422),
        ({"kind": "comment", "anchor": {"ids": [[1, 0, 5]]}, "words": "x"}, 409),
        ({"kind": "comment", "anchor": {"ids": []}, "words": "x"}, 422),
        ({"kind": "comment", "anchor": {"ids": [[1, -1, 5]]}, "words": "x"}, 422),
        ({"kind": "comment", "anchor": {"ids": [[True, 0, 1]]}, "words": "x"}, 422),
        ({"kind": "comment", "anchor": {"ids": [[1, 0, 2**40]]}, "words": "x"}, 422),
        ({"kind": "comment", "anchor": {"ids": [[1, 0, 1]] * 2001}, "words": "x"}, 422),
        ({"kind": "comment", "anchor": {"before": 5, "after": None}, "words": "x"}, 422),
        ({"kind": "comment", "anchor": "all", "words": "x"}, 422),
    ],
)
def test_garbage_from_a_script_is_refused_in_words(cleo: Visitor, said: dict, status: int):
    found, answer = beside(cleo, **said)
    assert found == status and answer["detail"]


def test_the_text_is_shown_with_all_suggestions_with_one_or_with_none(world: World, cleo: Visitor, ada: Visitor):
    suggests(cleo, "dark and wet", "dim")
    one = suggests(cleo, "broken", "old")
    page = ada.opens("/e/river/-/suggest/minutes")
    ada.presses("Suggest it", text=page.forms[-1].fields["text"].replace("wet", "slippery"))
    page = cleo.opens("/e/river/-/with/minutes")
    assert "The path is dark and wet." in page.text and "The benches are broken." in page.text
    page = cleo.follows("With all 3 suggestions")
    assert "The path is dim." in page.text and "The benches are old." in page.text
    assert "1 suggestion is left out here:" in page.text and "another one changes the same words" in page.text
    page = cleo.opens("/e/river/-/with/minutes?only=" + one.rpartition("/")[2])
    assert "The path is dark and wet." in page.text and "The benches are old." in page.text
    for nonsense in ("?only=9999", "?only=x", "?only=-1"):
        assert cleo.opens("/e/river/-/with/minutes" + nonsense).status == 404


def test_a_suggestion_whose_words_are_gone_is_left_out_and_said(
    world: World, cleo: Visitor, minutes: Draft, bob: Person, reader: Visitor
):
    suggests(cleo, "broken", "old")
    world.writes(bob, minutes, "# Minutes\n\nThe path is dark and wet.\n")
    page = cleo.opens("/e/river/-/with/minutes?all")
    assert "its words are not in the text any more" in page.text and "Nothing would be different." in page.text
    assert reader.opens("/e/river/-/with/minutes?all").status == 401


@pytest.mark.usefixtures("open_rooms")
def test_a_script_that_takes_a_step_is_told_in_a_word(world: World, cleo: Visitor, ada: Visitor):
    one = suggests(cleo, "broken", "old")
    token = ada.opens(one).forms[-1].fields["csrf_token"]

    def asks(step: str, **fields: str) -> tuple[int, dict]:
        headers = {"Accept": "application/json"}
        response = ada._client.post(f"{one}/{step}", data=fields | {"csrf_token": token}, headers=headers)
        return response.status_code, response.json or {}

    assert asks("decline", outcome="")[0] == 422
    assert asks("accept", seen="other words")[0] == 409
    assert asks("reply", words="Why not?") == (200, {"said": "Your answer stands there now."})
    assert asks("accept", seen="broken") == (200, {"said": "It is in the text now."})
    assert asks("accept", seen="broken")[0] == 409


def sends_changes(visitor: Visitor, **said: object) -> tuple[int, dict]:
    token = visitor.opens("/e/river/-/comment/minutes").forms[-1].fields["csrf_token"]
    response = visitor.sends_json("/e/river/-/suggestions/minutes", said, token)
    return response.status_code, response.json or {}


def places(world: World, minutes: Draft, *quotes: str) -> list[dict]:
    with world.services.database.read() as session:
        past = journal.past(session, minutes.id)
    text, _ = plain.read(past)
    found = anchors.named(past, [(text.index(quote), text.index(quote) + len(quote)) for quote in quotes])
    return [one.anchor.stored() for one in found]


def test_what_was_typed_while_suggesting_is_sent_at_once_and_made_once(world: World, cleo: Visitor, minutes: Draft):
    dark, broken = places(world, minutes, "dark and wet", "broken")
    changes = [{"anchor": dark, "words": "dim"}, {"anchor": broken, "words": ""}]
    for _ in range(2):
        status, answer = sends_changes(cleo, changes=changes, reason=" It is  not that bad. ")
        assert (status, answer["url"]) == (201, "/e/river/-/remarks/minutes")
    page = cleo.opens("/e/river/-/remarks/minutes")
    assert "Open: 2 suggestions" in page.text and page.text.count("It is not that bad.") == 2
    assert "<del>dark and wet</del><ins>dim</ins>" in page.source and "<del>broken</del>." in page.source


@pytest.mark.usefixtures("open_rooms")
def test_what_is_sent_again_is_not_made_again_whatever_became_of_it(
    world: World, cleo: Visitor, ada: Visitor, minutes: Draft
):
    dark, broken, path = places(world, minutes, "dark and wet", "broken", "path")
    sent = {"changes": [{"anchor": dark, "words": "dim"}, {"anchor": broken, "words": "old"}], "batch": "b-1"}
    sends_changes(cleo, **sent)
    page = cleo.opens("/e/river/-/remarks/minutes")
    links = [link for words, link in page.links.items() if words.startswith("Look, answer or decide")]
    ada.opens(links[0])
    ada.presses("Accept: put it into the text")
    ada.opens(links[1])
    ada.presses("Decline", outcome="They are broken.")
    sent["changes"].append({"anchor": path, "words": "way"})
    assert sends_changes(cleo, **sent)[0] == 201
    page = cleo.opens("/e/river/-/remarks/minutes?all")
    assert "Open: 1 suggestion" in page.text and page.text.count("Look, answer or decide") == 3
    assert sends_changes(cleo, changes=[{"anchor": broken, "words": "old"}], batch="b-2")[0] == 201
    assert "Open: 2 suggestions" in cleo.opens("/e/river/-/remarks/minutes").text, "it is suggested once more"
    for odd in ("b" * 41, 5, None, ["b"], {}):
        assert sends_changes(cleo, changes=sent["changes"], batch=odd)[0] == 422


def test_of_several_changes_all_are_made_or_none(world: World, cleo: Visitor, minutes: Draft, bob: Person):
    dark, broken = places(world, minutes, "dark and wet", "broken")
    world.writes(bob, minutes, TEXT.replace("broken", "old"))
    changes = [{"anchor": dark, "words": "dim"}, {"anchor": broken, "words": "worn"}]
    status, answer = sends_changes(cleo, changes=changes, reason="")
    assert status == 409 and "not in the text any more" in answer["detail"]
    status, _ = sends_changes(cleo, changes=[changes[0], {"anchor": dark, "words": "dark and wet"}], reason="")
    assert status == 422
    assert "Open: 0 suggestions" in cleo.opens("/e/river/-/remarks/minutes").text


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"changes": None},
        {"changes": []},
        {"changes": "all"},
        {"changes": [5]},
        {"changes": [{}]},
        {"changes": [{"anchor": None, "words": "x"}]},
        {"changes": [{"anchor": {"ids": [[1, 0, "5"]]}, "words": "x"}]},
        {"changes": [{"anchor": {"before": None, "after": None}, "words": ["x"]}]},
        {"changes": [{"anchor": {"before": None, "after": None}, "words": "x" * 20_001}]},
        {"changes": [{"anchor": {"before": None, "after": None}, "words": "x"}], "reason": {}},
        {"changes": [{"anchor": {"before": None, "after": None}, "words": "x"}] * 101},
    ],
)
def test_garbage_in_place_of_changes_is_refused_in_words(cleo: Visitor, said: dict):
    status, answer = sends_changes(cleo, **said)
    assert status == 422 and answer["detail"]


def test_a_script_of_a_reader_or_a_stranger_is_refused(world: World, event: Event, minutes: Draft, reader: Visitor):
    rae = world.signed_in(world.member(event, "reader", "Rae"))
    token = rae.opens("/join").forms[0].fields["csrf_token"]
    said = {"kind": "comment", "anchor": None, "words": "x"}
    assert rae.sends_json("/e/river/-/beside/minutes", said, token).status_code == 403
    assert rae.sends_json("/e/river/-/suggestions/minutes", {"changes": [], "reason": ""}, token).status_code == 403
    token = reader.opens("/join").forms[0].fields["csrf_token"]
    assert reader.sends_json("/e/river/-/beside/minutes", said, token).status_code == 401
    assert reader.sends_json("/e/river/-/beside/minutes", said, "none").status_code == 400


def test_many_come_a_page_at_a_time_and_all_are_marked_in_the_text(
    world: World, cleo: Visitor, bob: Person, minutes: Draft
):
    with world.services.database.write() as session:
        past = journal.past(session, minutes.id)
        for n, named in enumerate(anchors.named(past, [(n, n + 1) for n in range(10)] * 11)):
            fresh = session.get_one(Draft, minutes.id)
            commenting.say(session, fresh, "comment", named, words=f"Number {n}.", by=bob.id, at=now())
    page = cleo.opens("/e/river/-/remarks/minutes")
    assert "1 to 50 of 110" in page.text and page.source.count('class="card"') == 50
    cleo.follows("The next ones")
    page = cleo.follows("The next ones")
    assert "101 to 110 of 110" in page.text and "The next ones" not in page.links
    assert "51 to 100" in cleo.follows("Those before").text
    part = cleo.asks("/e/river/-/remarks/minutes?part").get_data(as_text=True)
    assert part.count("data-ids") == 110 and part.count('class="card"') == 50
    for where in ("?part&from=101", "?part&from=501"):
        page = cleo.opens(f"/e/river/-/remarks/minutes{where}")
        assert 'data-first="101" data-many="110" data-next="1" data-before="51"' in page.source
        assert "These are 101 to 110 of 110." in page.text
    for odd in ("0", "-1", "x", "٣", "9" * 40, "501"):
        assert cleo.asks(f"/e/river/-/remarks/minutes?from={odd}").status_code == 200
        assert cleo.asks(f"/e/river/-/remarks/minutes?part&at={odd}").status_code == 200


@pytest.mark.parametrize("where", ["beside", "suggestions"])
def test_what_is_nested_too_deep_to_be_read_is_refused(cleo: Visitor, where: str):
    token = cleo.opens("/e/river/-/comment/minutes").forms[-1].fields["csrf_token"]
    assert cleo.sends_json(f"/e/river/-/{where}/minutes", b"[" * 200_000, token).status_code == 422


def test_of_answers_there_are_so_many_and_lists_only_count_them(
    world: World, cleo: Visitor, bob: Person, minutes: Draft, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(remarks, "MOST_ANSWERS", 2)
    cleo.opens("/e/river/-/comment/minutes")
    one = cleo.presses("Put it beside the text", kind="question", words="Who did it?").path
    for n in range(3):
        cleo.opens(one)
        page = cleo.presses("Answer", words=f"Number {n}.")
    assert page.status == 422 and "There are 2 answers already." in page.text
    page = cleo.opens("/e/river/-/remarks/minutes")
    assert "2 answers" in page.text and "Number 1." not in page.text
    assert "Number 1." in cleo.opens(one).text


def test_nobody_answers_what_is_hidden_from_them(world: World, event: Event, cleo: Visitor, fay: Visitor):
    cleo.opens("/e/river/-/comment/minutes")
    one = cleo.presses("Put it beside the text", kind="comment", words="Mr Miller did it.").path
    fay.opens(one)
    fay.follows("Hide it, because it hurts somebody or is spam")
    fay.presses("Hide it", because="It names a neighbour.")
    dan = world.signed_in(world.member(event, "contributor", "Dan"))
    assert sends(dan, f"{one}/reply", words="Indeed.").status == 409
    assert sends(cleo, f"{one}/reply", words="Sorry.").status == 200
    assert "Sorry." in fay.opens(one).text and "Sorry." not in dan.opens(one).text


def test_the_page_on_which_a_card_is_now_is_shown(world: World, cleo: Visitor, bob: Person, minutes: Draft):
    with world.services.database.write() as session:
        past = journal.past(session, minutes.id)
        for n, named in enumerate(anchors.named(past, [(5, 6)] + [(0, 1)] * 60)):
            fresh = session.get_one(Draft, minutes.id)
            commenting.say(session, fresh, "comment", named, words=f"Number {n}.", by=bob.id, at=now())
    page = cleo.opens("/e/river/-/remarks/minutes?part&from=1&at=1")
    assert 'id="r1"' in page.source and 'data-first="51"' in page.source
    assert 'data-first="1"' in cleo.opens("/e/river/-/remarks/minutes?part&from=1&at=999").source

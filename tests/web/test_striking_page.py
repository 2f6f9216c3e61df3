"""A facilitator destroys words; nobody else can, nothing else goes, and what cannot be reached is named."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.drafts import ending, journal, plain, strikes, yupdate
from drafting.drafts.models import Draft, JournalRow, Snapshot, Strike
from drafting.errors import Stale
from drafting.events.models import Event
from drafting.facts import FactRow
from drafting.people.models import Person
from drafting.reactions import WHERE_WORDS_WERE
from drafting.review import blanking, proposing
from drafting.review.models import Proposal
from drafting.web import snapshots
from tests.drafts.loop import serving
from tests.web.visitor import Page, Visitor
from tests.web.world import World

NAME = "Jonathan Quillfeather"
TEXT = f"The path is dark.\n\nAsk {NAME} about it.\n\nThe benches, says jonathan  quillfeather, are broken.\n"
NOW = "Strike the words. This cannot be undone"


@pytest.fixture
def fay(world: World, event: Event) -> Visitor:
    return world.signed_in(world.member(event, "facilitator", "Fay", shows_name=True))


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    world.writes(bob, draft, TEXT)
    return draft


@pytest.fixture(autouse=True)
def open_rooms(world: World) -> Iterator[None]:
    with serving(world.services.rooms):
        yield


def on_disk(world: World, draft: Draft) -> str:
    with world.services.database.read() as session:
        return plain.read(journal.past(session, draft.id))[0]


def strikes_words(visitor: Visitor, words: str = NAME, reason: str = "Did not agree.", **more: str) -> Page:
    """Look for them, and strike them wherever they are."""
    visitor.opens("/e/river/minutes/-/strike")
    visitor.presses("Look for them", words=words)
    return presses_now(visitor, reason=reason, **more)


def presses_now(visitor: Visitor, places: list[str] | None = None, **typed: str) -> Page:
    """Press the last button. The form may have many boxes of one name."""
    form = next(form for form in visitor.page.forms if NOW in form.buttons)
    keys = [part.split('"')[1] for part in visitor.page.source.split('name="place" value=')[1:]]
    said = {**form.fields, "place": keys if places is None else places, **typed}
    return visitor.posts(form.action, **said)  # type: ignore[arg-type]


def test_every_place_is_shown_before_anything_is_destroyed_and_then_the_words_are_gone(
    world: World, fay: Visitor, minutes: Draft
) -> None:
    fay.opens("/e/river/minutes")
    fay.follows("Strike words that could hurt someone …")
    page = fay.presses("Look for them", words="jonathan quillfeather")
    assert page.source.count("<mark>") == page.source.count('name="place"') == 2
    assert on_disk(world, minutes) == TEXT
    page = presses_now(fay, reason="The name of somebody who did not agree.")
    assert "The words were struck." in page.text
    assert "The name of somebody who did not agree." in page.text and "by Fay" in page.text
    assert "43 characters in 2 places" in page.text
    assert on_disk(world, minutes) == TEXT.replace(NAME, "").replace("jonathan  quillfeather", "")
    with world.services.database.read() as session:
        kinds = list(session.scalars(sa.select(FactRow.kind)))
        assert "WordsStruck" in kinds
        assert session.scalar(sa.select(Snapshot.draft_id)) is None


def test_the_words_are_in_no_byte_of_the_database(world: World, fay: Visitor, bob: Person, minutes: Draft) -> None:
    world.puts_forward(bob, minutes, f"With {NAME}.")
    deleting = world.signed_in(bob)
    deleting.opens("/e/river/-/write/minutes")
    deleting.presses("Save", text="All gone.\n")
    assert "were deleted in 2 places before" in _looks(fay, NAME).text
    presses_now(fay, reason="A name.")
    database = world.services.database
    database.erase([table.__tablename__ for table in WHERE_WORDS_WERE])
    path = Path(database.engine.url.database or "")
    files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
    assert path in files
    for words in (NAME, "jonathan  quillfeather", "Jonathan", "Quillfeather"):
        assert [file.name for file in files if words.encode() in file.read_bytes()] == [], words
    assert on_disk(world, minutes) == "All gone.\n"


def test_what_is_unticked_stays(world: World, fay: Visitor, minutes: Draft) -> None:
    _looks(fay, "quillfeather")
    keys = [part.split('"')[1] for part in fay.page.source.split('name="place" value=')[1:]]
    presses_now(fay, places=keys[1:], reason="A name.")
    assert on_disk(world, minutes) == TEXT.replace("quillfeather", "")


def test_a_text_that_was_put_forward_with_them_is_taken_back_and_blanked(
    world: World, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    proposal = world.puts_forward(bob, minutes, "With a name.")
    assert "They are in 1 text that was put forward." in _looks(fay, NAME).text
    presses_now(fay, reason="A name.")
    with world.services.database.read() as session:
        found = session.get_one(Proposal, proposal.id)
        assert (found.state, found.text, found.summary) == ("withdrawn", "", "Words were struck here.")
    assert fay.opens(f"/e/river/-/proposals/{proposal.id}").status == 200


def test_what_was_published_is_named_with_the_way_to_take_it_back(
    world: World, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    world.accepts(bob, world.puts_forward(bob, minutes, "First."))
    page = _looks(fay, NAME)
    assert "This does not reach what was accepted." in page.text
    assert page.links["take the newest version back"] == "/e/river/-/withdraw/minutes"
    assert page.links["version 1"] == "/e/river/minutes/1"
    presses_now(fay, reason="A name.")
    assert NAME in fay.opens("/e/river/minutes/1").text
    assert NAME not in fay.opens("/e/river/minutes/live").text


def test_a_form_that_was_opened_before_cannot_bring_the_words_back(
    world: World, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    writer = world.signed_in(bob)
    writer.opens("/e/river/-/write/minutes")
    strikes_words(fay)
    typed = TEXT.replace("broken", "broken or gone").replace("dark", "dark and wet")
    page = writer.presses("Save", text=typed)
    assert "Words were struck from this text while you had it open" in page.text
    expected = typed.replace(NAME, "").replace("jonathan  quillfeather", "")
    assert on_disk(world, minutes) == expected
    assert NAME not in page.text


@pytest.mark.parametrize(
    ("words", "reason", "status"),
    [
        ("x" * 1_000_000, "Why.", 422),
        (NAME, "", 422),
        (NAME, "About jonathan\u00a0QUILLFEATHER.", 422),
        (NAME, "x" * 1000, 422),
        ("nobody wrote this", "Why.", 409),
        ("(", "Why.", 409),
    ],
)
def test_garbage_is_refused_in_words_and_changes_nothing(
    world: World, fay: Visitor, minutes: Draft, words: str, reason: str, status: int
) -> None:
    fay.opens("/e/river/minutes/-/strike")
    page = fay.posts(
        "/e/river/minutes/-/strike/now", csrf_token=token(fay), words=words, reason=reason, place="nonsense"
    )
    assert page.status == status
    assert "Something needs another look" in page.text
    assert len(page.source) < 50_000
    assert on_disk(world, minutes) == TEXT
    assert strikes_made(world) == 0


def test_browsers_do_not_put_the_live_text_on_their_disks_by_themselves(fay: Visitor, minutes: Draft) -> None:
    for path in ("minutes/live", "minutes/-/strike"):
        assert fay.asks(f"/e/river/{path}").headers["Cache-Control"] == "no-store", path


def test_words_that_stand_everywhere_and_no_words_at_all_are_asked_for_again(
    world: World, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    assert fay.opens("/e/river/minutes/-/strike").status == 200
    assert fay.presses("Look for them", words="  \n").status == 200
    world.writes(bob, minutes, "e " * 300)
    page = _looks(fay, "e")
    assert page.status == 422 and "300 places" in page.text
    page = _looks(fay, "nobody wrote this")
    assert "They are nowhere in the live text" in page.text and NOW not in page.source


def test_only_a_facilitator_strikes_and_only_by_a_form_of_ours(
    world: World, event: Event, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    editor = world.signed_in(world.member(event, "editor"))
    for visitor, status in ((editor, 403), (world.signed_in(bob), 403), (world.visitor(), 401)):
        assert visitor.opens("/e/river/minutes/-/strike").status == status
    editor.opens("/e/river")
    assert "Strike" not in editor.opens("/e/river/minutes").text
    assert editor.posts("/e/river/minutes/-/strike/now", csrf_token=token(editor), words=NAME).status == 403
    fay.opens("/e/river/minutes/-/strike")
    assert fay.posts("/e/river/minutes/-/strike/now", words=NAME, reason="x").status == 400
    assert strikes_made(world) == 0


def test_words_can_be_struck_after_the_event_was_closed_until_the_live_text_is_gone(
    world: World, fay: Visitor, minutes: Draft
) -> None:
    fay.opens("/e/river/-/close")
    fay.presses("Close the event")
    assert "The words were struck." in strikes_words(fay).text
    assert NAME not in on_disk(world, minutes)
    with world.services.database.write() as session:
        session.get_one(Draft, minutes.id).journal_destroyed = now()
    assert fay.opens("/e/river/minutes/-/strike").status == 410
    assert fay.posts("/e/river/minutes/-/strike/now", csrf_token=token(fay), words=NAME).status == 410
    ending.end_journals(world.services.database, now(), now() - now())
    assert "What was struck" in fay.opens("/e/river/minutes").text


def test_browsers_are_told_which_letters_to_delete_and_never_which_words(
    world: World, event: Event, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    with world.services.database.read() as session:
        clients = [row.clients for row in session.scalars(sa.select(JournalRow).order_by(JournalRow.seq))]
    strikes_words(fay)
    assert world.visitor().asks("/e/river/minutes/-/strikes.json").status_code == 401
    said = world.signed_in(bob).asks("/e/river/minutes/-/strikes.json").json
    assert said["strikes"] == 1 and said["epoch"] == minutes.epoch
    update = yupdate.decode(base64.b64decode(said["deletions"][minutes.epoch]))
    assert update.blocks == {} and list(update.deletes) == clients[0]
    assert sum(length for _, length in update.deletes[clients[0][0]]) == 43


def test_when_the_rooms_are_not_open_nothing_is_struck_and_the_form_is_still_there(
    world: World, fay: Visitor, minutes: Draft
) -> None:
    _looks(fay, NAME)
    world.services.rooms.close_all()
    page = presses_now(fay, reason="A name.")
    assert page.status == 503 and NOW in page.source and "A name." in page.source
    assert on_disk(world, minutes) == TEXT
    assert strikes_made(world) == 0


def _looks(visitor: Visitor, words: str) -> Page:
    visitor.opens("/e/river/minutes/-/strike")
    return visitor.presses("Look for them", words=words)


def token(visitor: Visitor) -> str:
    return next(form.fields["csrf_token"] for form in visitor.page.forms if "csrf_token" in form.fields)


def strikes_made(world: World) -> int:
    with world.services.database.read() as session:
        assert strikes.count(session, 1) == (session.scalar(sa.select(sa.func.count()).select_from(Strike)) or 0)
        return strikes.count(session, 1)


def test_a_text_that_was_read_before_a_strike_cannot_be_put_forward_after_it(
    world: World, fay: Visitor, bob: Person, minutes: Draft
) -> None:
    with world.app.test_request_context():
        read_before = snapshots.take(minutes.id)
    assert NAME in read_before.text
    strikes_words(fay)
    with pytest.raises(Stale), world.services.database.write() as session:
        proposing.put_forward(session, minutes, read_before, summary="More", by=bob.id, at=now())
    with world.app.test_request_context():
        read_after = snapshots.take(minutes.id)
    with world.services.database.write() as session:
        assert NAME not in proposing.put_forward(session, minutes, read_after, summary="M", by=bob.id, at=now()).text


def test_suggestions_comments_and_answers_lose_the_words_too(world: World, event: Event, fay: Visitor, minutes: Draft):
    cleo = world.signed_in(world.member(event, "contributor", "Cleo"))
    cleo.opens("/e/river/-/comment/minutes")
    one = cleo.presses("Put it beside the text", kind="question", words=f"Who is {NAME}?", quote=f"Ask {NAME}").path
    cleo.presses("Answer", words=f"{NAME} lives next door.")
    fay.opens("/e/river/minutes/-/strike")
    page = fay.presses("Look for them", words=NAME)
    assert "They are in 2 suggestions, comments or answers." in page.text
    fay.presses(NOW, reason="A name.", place="")
    page = cleo.opens(one)
    assert "Who is" not in page.text and "next door" not in page.text and "Words were struck here." in page.text
    with world.services.database.read() as session:
        assert all(NAME not in blanking.text_of(said) for said in blanking.spoken(session, minutes.id))

"""What changed between two versions is worked out once, kept for ever, and not offered to crawlers."""

import pytest

from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.record.models import Revision
from drafting.web import changes, renderings
from tests.web.visitor import Visitor
from tests.web.world import World

TEXTS = ("The path is dark.", "The path is dark at night.", "The path is dark at night. Light it.")
NEIGHBOURS = "/e/river/minutes/1..2"


class Counting:
    """The pool, and how often it was given work."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        run = type(world.services.pool).run

        def counted(pool, work, *args):  # type: ignore[no-untyped-def]
            self.times += 1
            return run(pool, work, *args)

        monkeypatch.setattr(type(world.services.pool), "run", counted)


@pytest.fixture
def ada(world: World, event: Event) -> Person:
    return world.member(event, "editor", "Ada")


@pytest.fixture
def minutes(world: World, event: Event, ada: Person) -> Draft:
    draft = world.draft(event, "Minutes", slug="minutes")
    for text in TEXTS:
        world.publishes(ada, draft, text, "What we saw.")
    return draft


def test_neighbours_are_compared_once_and_a_version_is_laid_out_once(
    world: World, minutes: Draft, reader: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Counting(world, monkeypatch)
    first = reader.opens(NEIGHBOURS).source
    reader.opens("/e/river/minutes/1")
    assert pool.times == 2
    assert reader.opens(NEIGHBOURS).source == first
    reader.opens("/e/river/minutes/1")
    assert pool.times == 2
    reader.opens("/e/river/minutes/1..3")
    reader.opens("/e/river/minutes/1..3")
    assert pool.times == 4  # pairs of which there are too many to keep


def test_a_reader_who_has_the_page_is_told_so_without_any_work(
    world: World, minutes: Draft, reader: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (NEIGHBOURS, "/e/river/minutes/1..3", "/e/river/minutes/3..1"):
        answer = reader.asks(path)
        assert "immutable" in answer.headers["Cache-Control"]
        pool = Counting(world, monkeypatch)
        again = reader.asks(path, If_None_Match=answer.headers["ETag"])
        assert (again.status_code, again.data, pool.times) == (304, b"", 0)


def test_another_title_or_state_of_the_event_is_another_page(
    world: World, minutes: Draft, event: Event, reader: Visitor
):
    before = reader.asks(NEIGHBOURS).headers["ETag"]
    with world.services.database.write() as session:
        session.get_one(Event, event.id).title = "A river for all"
    again = reader.asks(NEIGHBOURS, If_None_Match=before)
    assert again.status_code == 200 and "A river for all" in again.get_data(as_text=True)


def test_whoever_is_signed_in_gets_a_page_of_their_own(world: World, minutes: Draft, ada: Person, reader: Visitor):
    answer = world.signed_in(ada).asks(NEIGHBOURS)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in answer.headers


def test_a_version_held_back_between_the_two_may_still_come(world: World, minutes: Draft, reader: Visitor):
    with world.services.database.write() as session:
        held = session.query(Revision).filter_by(draft_id=minutes.id, number=2).one()
        held.released, held.place = None, None
    assert "immutable" not in reader.asks("/e/river/minutes/1..3").headers["Cache-Control"]


def test_crawlers_are_asked_to_leave_comparisons_alone(minutes: Draft, reader: Visitor) -> None:
    answer = reader.asks(NEIGHBOURS)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert 'content="noindex, nofollow"' in answer.get_data(as_text=True)
    for path in ("", "/1", "/2", "/3", "/history", "/feed.atom"):
        source = reader.opens("/e/river/minutes" + path).source.replace("&lt;", "<").replace("&gt;", ">")
        links = [tag for tag in source.replace("&#34;", '"').split("<a ")[1:] if ".." in tag.split(">")[0]]
        assert all('rel="nofollow"' in tag.split(">")[0] for tag in links), path
    assert reader.opens("/e/river/minutes/1").source.count("..3") == 1  # since this version


def test_comparing_is_limited_by_address(minutes: Draft, reader: Visitor) -> None:
    answers = [reader.asks("/e/river/minutes/3..1").status_code for _ in range(121)]
    assert answers[:120] == [200] * 120 and answers[120] == 429


def test_what_is_damaged_or_of_other_code_is_worked_out_anew(world: World, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "0123456789abcdef").mkdir()
    kept = renderings.Renderings(tmp_path)
    assert not (tmp_path / "0123456789abcdef").exists()
    pool = world.services.pool
    html = kept.of(pool, changes.markdown.render, "*One*")
    file = tmp_path / renderings.renderer() / renderings.name_of(changes.markdown.render, "*One*")
    file.write_bytes(b"{")
    assert kept.of(pool, changes.markdown.render, "*One*") == html
    assert kept.of(pool, changes.markdown.render, "*Two*") != html


def test_a_folder_that_cannot_be_written_costs_time_only(world: World, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "renderings").write_text("in the way")
    kept = renderings.Renderings(tmp_path / "renderings")
    assert "<em>One</em>" in kept.of(world.services.pool, changes.markdown.render, "*One*")


def test_live_words_are_never_kept(world: World, event: Event, ada: Person, reader: Visitor) -> None:
    letter = world.draft(event, "Letter", slug="letter")
    world.writes(ada, letter, "Unagreed words.")
    writer = world.signed_in(ada)
    for path in ("/e/river/letter/live", "/e/river/-/put-forward/letter"):
        assert "nagreed" in writer.opens(path).source
    files = [file for file in world.services.settings.kept.rglob("*") if file.is_file()]
    assert not any("nagreed" in file.read_text() for file in files)

"""Taking a version away: as one page, as PDF; what may change is not kept for ever."""

import pytest
import sqlalchemy as sa

from drafting.errors import Busy
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.record.models import Revision
from drafting.web import kept
from tests.proceedings.papers import Paper
from tests.web.visitor import Visitor
from tests.web.world import World

TEXT = "# The bench\n\nSee [the paths](/e/river/paths).\n\n<script>alert(1)</script>\n"


@pytest.fixture
def published(world: World, event: Event) -> Revision:
    """Version 1, with version 2 after it, and both written down."""
    editor = world.member(event, "editor")
    draft = world.draft(event, "The bench", slug="bench")
    first = world.publishes(editor, draft, TEXT, "A first text.")
    world.publishes(editor, draft, TEXT + "\nMore.\n", "More.")
    with world.services.database.write() as session:
        session.execute(sa.update(Revision).values(commit_id="c" * 40))
    return first


def test_both_are_offered_on_the_page_and_say_what_they_are(
    published: Revision, reader: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader.opens("/e/river/bench/1")
    page = reader.asks(reader.page.links["As one web page to keep, HTML"])
    paper = reader.asks(reader.page.links["To print, as PDF"])
    read = Paper(paper.data, tmp_path_factory.mktemp("paper"))
    assert page.headers["Content-Disposition"] == 'attachment; filename="river-bench-version-1.html"'
    assert paper.headers["Content-Disposition"] == 'inline; filename="river-bench-version-1.pdf"'
    assert read.facts["Tagged"] == "yes" and read.facts["Title"] == "The bench, version 1"
    shown = Visitor.reads(page)
    for words in (shown.text, read.words):
        for said in (
            "Common text", "The drafting team", "The town council has not agreed to it", "Version 1, published",
            "CC-BY-SA-4.0", "https://drafts.example.org/e/river/bench/1", "c" * 40, "31 March 2031",
        ):  # fmt: skip
            assert said in words, said


def test_the_page_needs_nothing_else_and_does_nothing(published: Revision, reader: Visitor) -> None:
    page = reader.asks("/e/river/bench/1.html")
    html = page.get_data(as_text=True)
    assert 'href="https://drafts.example.org/e/river/paths"' in html
    assert "<script" not in html and "&lt;script&gt;" in html
    assert ' src="' not in html and 'rel="stylesheet"' not in html
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_what_cannot_change_is_kept_for_ever_and_asked_about_for_nothing(
    published: Revision, reader: Visitor, ending: str
) -> None:
    first = reader.asks(f"/e/river/bench/1.{ending}")
    assert "immutable" in first.headers["Cache-Control"]
    again = reader.asks(f"/e/river/bench/1.{ending}", If_None_Match=first.headers["ETag"])
    assert again.status_code == 304 and not again.data
    assert "immutable" not in reader.asks(f"/e/river/bench/2.{ending}").headers["Cache-Control"], "the newest"


@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_a_name_that_is_withdrawn_is_gone_from_both(
    world: World, event: Event, reader: Visitor, ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ada = world.member(event, "editor", "Ada Bright", shows_name=True)
    draft = world.draft(event, "Paths", slug="paths")
    for number in (1, 2):
        world.publishes(ada, draft, f"Many words about the path {number}.\n", "More.")

    def said() -> str:
        answer = reader.asks(f"/e/river/paths/1.{ending}")
        assert "immutable" not in answer.headers["Cache-Control"]
        if ending == "html":
            return Visitor.reads(answer).text
        return Paper(answer.data, tmp_path_factory.mktemp("paper")).words

    assert "Ada Bright" in said()
    with world.services.database.write() as session:
        session.get_one(Person, ada.id).shows_name = False
    assert "Ada Bright" not in said()
    made = world.services.settings.kept / "papers"
    assert not made.exists() or not any(made.iterdir())


def test_whoever_is_many_is_asked_to_come_back(published: Revision, reader: Visitor, world: World) -> None:
    class Crowded:
        def run(self, *_: object) -> object:
            raise Busy("Many long texts are being worked on right now. Please try again in a moment.")

    object.__setattr__(world.services, "pool", Crowded())
    answer = reader.asks("/e/river/bench/1.pdf")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert "try again" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["9.pdf", "9.html", "0.pdf", "99999999.pdf"])
def test_there_is_no_paper_of_what_is_not_published(published: Revision, reader: Visitor, path: str) -> None:
    assert reader.asks(f"/e/river/bench/{path}").status_code == 404


def test_what_was_kept_makes_room_for_what_is_new(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("made")
    names = [f"{n}" for n in range(10 * kept.LOOKED_AFTER)]
    for name in names:
        assert kept.once(folder, name, lambda: b"x" * 40, room_bytes=100) == b"x" * 40
    assert len(list(folder.iterdir())) < 5 * kept.LOOKED_AFTER
    assert kept.once(folder, names[-1], lambda: b"anew") == b"x" * 40

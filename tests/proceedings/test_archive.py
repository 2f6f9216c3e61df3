"""An event moves to another installation: the same pages, the same commits; what is not an archive is refused."""

import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from drafting.cli.record import problems_of
from drafting.config import Settings
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.drafts.striking import pattern
from drafting.errors import Refused, Stale, Taken
from drafting.events import images
from drafting.events.models import Event
from drafting.events.stripping import strip
from drafting.people.models import Person
from drafting.proceedings import archive, exporting, importing
from drafting.record import bundling, counting, keys, objects, projection
from drafting.record import redacting as record
from drafting.record.models import Revision
from drafting.record.signing import Signer
from drafting.review import redacting
from tests.events import albums
from tests.record.shelf import git
from tests.web.world import World

PAGES = ("", "/bench", "/bench/1", "/bench/2", "/bench/history", "/bench/1..2", "/feed.atom", "/-/promise", "/lights/1")


@pytest.fixture
def here(settings: Settings) -> World:
    """An event with two texts, a shown and a hidden name, and a picture."""
    world = World(settings)
    event = world.event()
    ada = world.member(event, "editor", "Ada Bright", shows_name=True)
    bob = world.member(event, "drafter", "Bob Secret")
    bench, lights = world.draft(event, "The bench", slug="bench"), world.draft(event, "Lights", slug="lights")
    picture = strip(albums.photograph(), settings.limits.image_pixels)
    with (
        images.laid_aside(settings.images, event.id, picture) as aside,
        world.services.database.write() as session,
    ):
        image = images.keep(session, aside, picture, event_id=event.id, by=bob.id, at=now(), most_bytes=10**7)
        address = images.address(event, image)
    text = f"# The bench\n\nWe want a bench by the river, with a back.\n\n![A bench]({address})\n"
    world.publishes(ada, bench, text, "A bench.")
    world.writes(bob, bench, text + "\nAnd many more words about it, of somebody else who is not named.\n")
    world.accepts(ada, world.puts_forward(bob, bench, "More words.\n\nIn two paragraphs."))
    world.publishes(bob_as_editor(world, event), lights, "Light it.\n", "Light.")
    projection.project(world.services.database, settings.repo_store, world.services.signer, event.id)
    bundling.make(settings.repo_store, settings.parcels, "river", world.services.signer)
    return world


def bob_as_editor(world: World, event: Event) -> Person:
    return world.member(event, "editor", "Chen Open", shows_name=True)


@pytest.fixture
def there(tmp_path: Path, settings: Settings) -> World:
    """Another installation, with another key, at another address."""
    folder = tmp_path / "there"
    return World(replace(settings, data=folder / "data", repo_store=folder / "repos", base_url="https://other.example"))


def exported(world: World, place: Path) -> Path:
    services, settings, file = world.services, world.services.settings, place / "event.zip"
    with file.open("wb") as out:
        exporting.export(
            services.database, "river", out, pictures=settings.images, ours=ours(world), at=now(),
            bundle=bundling.newest(settings.parcels, "river"), base_url=settings.base_url,
        )  # fmt: skip
    return file


def house(world: World) -> importing.House:
    settings = world.services.settings
    return importing.House(world.services.database, settings.repo_store, settings.images, ours(world))


def ours(world: World) -> str:
    return counting.own(world.services.signer, world.services.settings.base_url)


def commits(world: World) -> list[str | None]:
    with world.services.database.read() as session:
        return list(session.scalars(sa.select(Revision.commit_id).order_by(Revision.place)))


def test_the_pages_and_the_commits_are_the_same_and_it_goes_on_there(here: World, there: World, tmp_path: Path) -> None:
    done = importing.take_over(house(there), exported(here, tmp_path), now())
    assert (done.event, done.versions) == ("river", 3)
    assert commits(there) == commits(here) and done.tip == commits(here)[-1]
    reader, same = there.visitor(), here.visitor()
    for path in PAGES:
        assert reader.opens(f"/e/river{path}").status == 200
        assert told(reader.page.text) == told(same.opens(f"/e/river{path}").text), path
    assert "Ada Bright" in reader.opens("/e/river/bench/1").text
    assert reader.asks("/e/river/bench/2.md").data == same.asks("/e/river/bench/2.md").data
    picture = re.search(r"/e/river/-/images/[^\"#]+", reader.opens("/e/river/bench").source)
    assert picture and reader.asks(picture[0]).data == same.asks(picture[0]).data
    assert problems_of(there.services, "river") == []

    with there.services.database.read() as session:
        event = session.scalars(sa.select(Event)).one()
        draft = exporting.Draft
        bench = session.scalars(sa.select(draft).where(draft.slug == "bench")).one()
    dora = there.member(event, "editor", "Dora")
    made = there.publishes(dora, bench, "A new beginning.\n", "All new.")
    settings, services = there.services.settings, there.services
    projection.project(services.database, settings.repo_store, services.signer, event.id)
    assert made.number == 3
    assert problems_of(services, "river") == []

    clone, listed = tmp_path / "clone", tmp_path / "allowed"
    git(tmp_path, "clone", str(settings.repo_store / "river.git"), str(clone))
    listed.write_bytes(reader.asks("/e/river/-/allowed_signers").data)
    for commit_id in commits(there):
        said = git(clone, "-c", f"gpg.ssh.allowedSignersFile={listed}", "verify-commit", str(commit_id))
        assert 'Good "git" signature' in said
    assert "/e/river/-/allowed_signers" in reader.opens("/e/river/record").text


def told(words: str) -> str:
    """Without our own address, which is another there, and without what time it is."""
    return re.sub(r"https://(drafts\.example\.org|other\.example)", "", words)


def test_an_archive_of_what_was_imported_goes_on_to_a_third(here: World, there: World, tmp_path: Path) -> None:
    importing.take_over(house(there), exported(here, tmp_path), now())
    (tmp_path / "again").mkdir()
    third = tmp_path / "third"
    settings = replace(there.services.settings, data=third / "data", repo_store=third / "repos")
    world = World(settings)
    importing.take_over(house(world), exported(there, tmp_path / "again"), now())
    assert commits(world) == commits(here)
    assert problems_of(world.services, "river") == []


def test_names_that_nobody_shows_and_links_between_texts_are_not_in_it(here: World, tmp_path: Path) -> None:
    with zipfile.ZipFile(exported(here, tmp_path)) as file:
        everything = b"".join(file.read(name) for name in file.namelist())
        said = json.loads(file.read(archive.EVENT))
    assert b"Bob" not in everything and b"salt" not in everything
    assert said["people"] == ["Ada Bright", "Chen Open"]
    for name in (b"person_id", b"token", b"epoch"):
        assert name not in everything


def test_an_event_that_is_there_is_not_written_over(here: World, tmp_path: Path) -> None:
    before = commits(here)
    with pytest.raises(Taken, match="already"):
        importing.take_over(house(here), exported(here, tmp_path), now())
    assert commits(here) == before


def changed(file: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The archive with its parts changed."""
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return file


def revision(at: int, **different: Any) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        lines = parts[archive.REVISIONS].splitlines()
        lines[at] = json.dumps(json.loads(lines[at]) | different).encode()
        parts[archive.REVISIONS] = b"\n".join(lines) + b"\n"

    return change


def event(**different: Any) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        parts[archive.EVENT] = json.dumps(json.loads(parts[archive.EVENT]) | different).encode()

    return change


def unsigned(parts: dict[str, bytes]) -> None:
    line = json.loads(parts[archive.REVISIONS].splitlines()[0])
    commit = objects.Object("commit", objects.taken_apart(line["commit"].encode()).unsigned)
    revision(0, commit=commit.body.decode(), commit_id=commit.id)(parts)


def signed_by_a_stranger(parts: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        event(keys=keys.allowed_signers(Signer(Path(folder) / "key"), "record@x").splitlines())(parts)


def without(name: str) -> Callable[[dict[str, bytes]], object]:
    return lambda parts: parts.pop(next(part for part in parts if part.startswith(name)))


def with_part(name: str, data: bytes) -> Callable[[dict[str, bytes]], object]:
    return lambda parts: parts.update({name: data})


def other_picture(parts: dict[str, bytes]) -> None:
    parts[next(name for name in parts if name.startswith("pictures/"))] += b"x"


BAD: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "path traversal": (with_part("../../escape.py", b"x"), "no part of one"),
    "another file": (with_part("drafting.db", b"x"), "no part of one"),
    "no event": (without(archive.EVENT), "does not say what event"),
    "no picture": (without("pictures/"), "is missing"),
    "another picture": (other_picture, "larger than it can be"),
    "another format": (event(format="drafting event 2"), "none of drafting event 1"),
    "another field": (event(more=1), "exactly the fields"),
    "words that are not JSON": (with_part(archive.EVENT, b"{"), "cannot be read"),
    "nesting without end": (with_part(archive.EVENT, b"[" * 100_000), "cannot be read"),
    "another text": (revision(1, text="Something else.\n"), "does not hold its text"),
    "another title": (revision(1, title="Something else"), "says something else"),
    "another summary": (revision(1, summary="Something else"), "says something else"),
    "another promise": (
        revision(1, promise={"number": 1, "level": "decide", "decider": "", "answer_by": None}),
        "says something else",
    ),
    "another time": (revision(1, released="2026-01-01T00:00:00+00:00"), "says something else"),
    "another id": (revision(0, commit_id="a" * 40), "does not hold its text"),
    "a number out of order": (revision(1, number=1), "out of order"),
    "a place out of order": (revision(1, place=1), "out of order"),
    "a person who is not named": (
        revision(0, credits=[{"pseudonym": "abc", "words": 1, "person": 7}]),
        "whom it does not name",
    ),
    "a writer who is credited twice": (
        revision(0, credits=[{"pseudonym": "abc", "words": 1, "person": None}] * 2),
        "contradicts itself",
    ),
    "a control character": (revision(0, title="a\u202eb"), "is not a line"),
    "no signature": (unsigned, "is not signed"),
    "a key that is not listed": (signed_by_a_stranger, "not on the list"),
    "another history in the bundle": (
        with_part(archive.BUNDLE, b"# v2 git bundle\n" + b"a" * 40 + b" refs/heads/main\n\n"),
        "another history",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_sound_is_refused_in_words_and_leaves_nothing(
    here: World, there: World, tmp_path: Path, what: str
) -> None:
    change, words = BAD[what]
    file = changed(exported(here, tmp_path), change)
    before = files(there)
    with pytest.raises(Refused, match=words) as refused:
        importing.take_over(house(there), file, now())
    assert refused.value.message[0].isupper() and refused.value.message.endswith(".")
    assert files(there) == before
    with there.services.database.read() as session:
        for kind in (Event, Person, Revision):
            assert session.scalar(sa.select(sa.func.count()).select_from(kind)) == 0


@pytest.mark.parametrize("what", ["not a zip", "cut short", "a flipped byte"])
def test_a_damaged_file_is_refused_in_words(here: World, there: World, tmp_path: Path, what: str) -> None:
    file = exported(here, tmp_path)
    data = bytearray(file.read_bytes())
    if what == "a flipped byte":
        data[data.index(b"revisions.jsonl") + 100] ^= 255
    file.write_bytes({"not a zip": b"garbage" * 99, "cut short": bytes(data[: len(data) // 2])}.get(what, bytes(data)))
    before = files(there)
    with pytest.raises(Refused, match="not an archive of an event"):
        importing.take_over(house(there), file, now())
    assert files(there) == before


def test_a_bomb_is_not_unfolded(there: World, tmp_path: Path) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(archive.REVISIONS, b"")
        with bomb.open(archive.EVENT, "w") as part:
            for _ in range(64):
                part.write(b" " * 1024 * 1024)
    with pytest.raises(Refused, match="larger than it can be"):
        importing.take_over(house(there), file, now())


def test_a_failure_half_way_leaves_nothing(here: World, there: World, tmp_path: Path) -> None:
    file = exported(here, tmp_path)
    before = files(there)
    with there.services.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON revision WHEN NEW.place = 3 BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    with pytest.raises(Refused, match="contradicts itself"):
        importing.take_over(house(there), file, now())
    assert files(there) == before
    with there.services.database.read() as session:
        assert session.scalars(sa.select(Event)).all() == []


def files(world: World) -> set[str]:
    settings = world.services.settings
    folders = [settings.images, settings.repo_store]
    found = {str(path) for folder in folders if folder.exists() for path in folder.rglob("*")}
    return {path for path in found if not path.endswith(".lock")}


OLD_PAGES = (
    "/-/redactions/1",
    "/-/redactions/1.txt",
    "/-/redactions/1.sig",
    "/lights/1",
    "/lights/1.md",
    "/lights/blame",
)


@pytest.fixture
def redacted(here: World) -> list[str | None]:
    """Words were taken out of a text of the event; the commits that it had before."""
    old, wanted, database = commits(here), pattern("Light"), here.services.database
    with database.read() as session:
        found = session.scalars(sa.select(Draft).where(Draft.slug == "lights")).one()
        held = record.holding(session, found.id, wanted)
        by = session.scalars(sa.select(Person.id)).first() or 0
    with database.write() as session:
        redacting.redact(session, held, wanted, because="something untrue about somebody", by=by, at=now())
    here.worker_follows()
    return old


def test_words_that_were_taken_out_are_told_in_the_same_way_there(
    here: World, there: World, tmp_path: Path, redacted: list[str | None]
) -> None:
    importing.take_over(house(there), exported(here, tmp_path), now())
    assert commits(there) == commits(here) != redacted
    reader, same = there.visitor(), here.visitor()
    for path in (*OLD_PAGES, f"/-/commit/{redacted[-1]}"):
        assert reader.opens(f"/e/river{path}").status == 200
        assert told(reader.page.text) == told(same.opens(f"/e/river{path}").text), path
    assert "This entry was replaced" in reader.page.text
    assert problems_of(there.services, "river") == []
    with zipfile.ZipFile(tmp_path / "event.zip") as file:
        said = json.loads(file.read(archive.EVENT))
        assert b"Light it" not in file.read(archive.REVISIONS)
    parts = ("number", "at", "because", "versions", "first_place", "statement", "signature", "draft")
    assert [set(each) for each in said["redactions"]] == [set(parts)]


def test_where_passages_come_from_and_the_search_are_there_at_once(here: World, there: World, tmp_path: Path) -> None:
    importing.take_over(house(there), exported(here, tmp_path), now())
    reader = there.visitor()
    assert "We want a bench" in reader.opens("/e/river/bench/blame").text
    assert "We want a" in reader.opens("/e/river/-/search?words=bench").text


def another_statement(parts: dict[str, bytes]) -> None:
    said = json.loads(parts[archive.EVENT])
    said["redactions"][0]["statement"] = said["redactions"][0]["statement"].replace("untrue about", "true about")
    parts[archive.EVENT] = json.dumps(said).encode()


MADE_UP: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "another statement": (another_statement, "signature that belongs to another text"),
    "a statement less": (event(redactions=[]), "name other commits"),
    "a commit less": (revision(2, retired=[]), "replaces a commit that it does not know"),
    "a commit more": (revision(0, retired=[{"commit_id": "a" * 40, "redaction": 1}]), "name other commits"),
    "another commit": (revision(2, replaces="a" * 40), "says something else"),
    "none": (revision(2, replaces=None), "says something else"),
}


@pytest.mark.parametrize("what", MADE_UP)
def test_a_redaction_that_nobody_signed_is_refused(
    here: World, there: World, tmp_path: Path, redacted: list[str | None], what: str
) -> None:
    change, words = MADE_UP[what]
    with pytest.raises(Refused, match=words):
        importing.take_over(house(there), changed(exported(here, tmp_path), change), now())
    assert commits(there) == []


def test_what_is_hidden_does_not_leave_in_an_archive(here: World, tmp_path: Path) -> None:
    with here.services.database.write() as session:
        found = session.scalars(sa.select(Event)).one()
        lights = session.scalars(sa.select(Draft).where(Draft.slug == "lights")).one()
        lights.hidden, lights.hidden_because = now(), "looked into"
    with pytest.raises(Stale, match="“Lights” is hidden.*Show it again"):
        exported(here, tmp_path)
    fay = here.signed_in(here.member(found, "facilitator", "Fay"))
    token = fay.opens("/e/river/-/archive").forms[0].fields["csrf_token"]
    answer = fay.posts("/e/river/-/archive", csrf_token=token)
    assert answer.status == 409 and "is hidden while something in it is looked into" in answer.text
    assert here.visitor().asks("/e/river/record.bundle").status_code == 503


def test_what_was_made_ahead_with_the_words_in_it_is_gone(here: World, request: pytest.FixtureRequest) -> None:
    shelf = here.services.settings.parcels / "river"
    assert shelf.exists()
    request.getfixturevalue("redacted")
    assert not shelf.exists()

"""An older backup beside a newer record: what we signed is adopted and says so; what we did not is named."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.cli.record import problems_of
from drafting.config import Settings
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.proceedings import recovering
from drafting.publishing.models import Delivery
from drafting.record import commits, counting, objects, projection
from drafting.record.models import Credit, Part, Revision
from drafting.record.repository import Repository
from drafting.record.signing import Signer
from tests.web.world import World


@pytest.fixture
def world(settings: Settings) -> World:
    return World(settings)


@pytest.fixture
def event(world: World) -> Event:
    """One text with four versions, the third of which takes the second back, and another one with one."""
    event = world.event()
    ada = world.member(event, "editor", "Ada Bright", shows_name=True)
    bench = world.draft(event, "The bench", slug="bench")
    world.publishes(ada, bench, "One.\n", "First: a beginning.")
    world.publishes(ada, bench, "One.\n\nTwo.\n", "- A list\n\n# of much that changed, " + "in many words " * 20)
    world.publishes(ada, world.draft(event, "Lights", slug="lights", kind="response"), "Light.\n", "Answered.")
    world.publishes(ada, bench, "Ünï ⸺ three", "Third")
    project(world)
    return event


def project(world: World) -> None:
    services, settings = world.services, world.services.settings
    projection.project(services.database, settings.repo_store, services.signer, 1)


def forget(world: World, places: int) -> list[dict[str, object]]:
    """Leave the database as a backup after so many versions had it; returns what it knew of the rest."""
    with world.services.database.write() as session:
        gone = list(session.scalars(sa.select(Revision).where(Revision.place > places).order_by(Revision.place)))
        known = [{c.name: getattr(row, c.name) for c in Revision.__table__.columns} for row in gone]
        for kind in (Credit, Part, Delivery):
            session.execute(sa.delete(kind).where(kind.revision_id.in_([row.id for row in gone])))
        session.execute(sa.text("UPDATE proposal SET revision_id = NULL"))
        for row in gone:
            session.delete(row)
    return known


def recover(world: World) -> recovering.Recovered:
    services, settings = world.services, world.services.settings
    ours = counting.own(services.signer, settings.base_url)
    return recovering.recover(services.database, settings.repo_store, ours, now())


def rows(world: World) -> list[Revision]:
    with world.services.database.read() as session:
        return list(session.scalars(sa.select(Revision).order_by(Revision.place)))


@pytest.mark.parametrize("places", [0, 1, 3])
def test_what_the_record_holds_is_adopted_and_says_so(world: World, event: Event, places: int) -> None:
    before = rows(world)
    known = forget(world, places)
    done = recover(world)
    assert (done.versions, done.refused) == (4 - places, [])
    after = rows(world)
    assert [row.commit_id for row in after] == [row.commit_id for row in before]
    assert [row.recovered is not None for row in after] == [place >= places for place in range(4)]
    for row, was in zip(after[places:], known, strict=True):
        for name in ("text", "title", "kind", "number", "draft_id", "event_title", "base_url", "licence", "rule",
                     "promise", "coauthors", "withdraws", "place"):  # fmt: skip
            assert getattr(row, name) == was[name], name
        assert " ".join(row.summary.split()) == " ".join(str(was["summary"]).split())
    assert problems_of(world.services, "river") == []
    assert recover(world).versions == 0, "again changes nothing"
    page = world.visitor().opens("/e/river/bench/3")
    assert "Ünï ⸺ three" in page.text and "was found again" in page.text
    assert "was found again" not in world.visitor().opens("/e/river/bench/1").text or places == 0

    ada = world.member(event, "editor")
    with world.services.database.read() as session:
        bench = session.scalars(sa.select(Draft).where(Draft.slug == "bench")).one()
    made = world.publishes(ada, bench, "Five.\n", "It goes on.")
    project(world)
    assert made.number == 4 and problems_of(world.services, "river") == []


def test_what_a_recovered_row_says_is_what_its_commit_says(world: World, event: Event) -> None:
    forget(world, 0)
    recover(world)
    parent, files = None, dict[str, str]()
    for row in rows(world):
        assert commits.contradiction(row, parent=parent, files=files) is None
        parent, files = row.commit_id, {**files, f"{row.draft_slug}.md": objects.blob(row.text).id}


def test_a_text_that_was_begun_after_the_backup_comes_back_with_its_words(world: World, event: Event) -> None:
    forget(world, 2)
    with world.services.database.write() as session:
        lights = session.scalars(sa.select(Draft).where(Draft.slug == "lights")).one()
        session.execute(sa.text(f"DELETE FROM proposal WHERE draft_id = {lights.id}"))
        for table in ("journal", "client_binding", "snapshot", "feed_news"):
            session.execute(sa.text(f"DELETE FROM {table} WHERE draft_id = {lights.id}"))
        session.delete(lights)
    assert recover(world).versions == 2
    page = world.visitor().opens("/e/river/lights")
    assert "Light." in page.text and "Response" in page.text


def test_a_version_that_the_backup_had_accepted_only_is_completed(world: World, event: Event) -> None:
    with world.services.database.write() as session:
        for row in session.scalars(sa.select(Revision).where(Revision.place == 4)):
            row.commit_id = row.commit_object = row.place = row.released = None
    assert recover(world).versions == 1
    row = rows(world)[-1]
    assert (row.place, row.recovered) == (4, None) and row.released is not None
    assert problems_of(world.services, "river") == []


def test_versions_that_wait_for_their_commit_keep_their_order(world: World, event: Event) -> None:
    before = rows(world)
    with world.services.database.write() as session:
        waiting = list(session.scalars(sa.select(Revision).where(Revision.place > 1)))
        for row in waiting:
            row.commit_id = row.commit_object = row.place = None
        session.flush()
        for row, place in zip(waiting, (3, 2, 4), strict=True):  # released in another order before it was restored
            row.place = place
    assert recover(world).versions == 3
    assert [(row.id, row.place, row.commit_id) for row in rows(world)] == [
        (row.id, row.place, row.commit_id) for row in before
    ]


def add(world: World, signer: Signer | None, *, text: str = "Forged.\n", stranger: bool = False) -> str:
    """One more commit at the tip of the record, signed by `signer`; returns its id."""
    record = world.services.settings.repo_store / "river.git"
    last = rows(world)[-1]
    with Repository(record) as repository:
        tip = repository.tip()
        files = repository.files_at(tip) | {"bench.md": objects.blob(text).id}
        if stranger:
            files["other.md"] = objects.blob(text).id
        tree = objects.tree(files)
        message = objects.taken_apart(last.commit_object or b"").message.replace("ersion 3", "ersion 9")
        message = message.replace("Revision: 3", "Revision: 9")
        who = "Drafting record <record@drafts.example.org>"
        at = int(last.released.timestamp()) + 1 if last.released else 0
        given = {"tree_id": tree.id, "parent": tip, "who": who, "at": at, "message": message}
        made = (
            objects.Object("commit", objects.unsigned(**given))  # type: ignore[arg-type]
            if signer is None
            else objects.commit(**given, signer=signer)  # type: ignore[arg-type]
        )
        repository.write((objects.blob(text), tree, made))
        repository.move(made.id, only_from=tip)
    return made.id


FORGERIES: dict[str, tuple[Callable[[World, Path], str], str]] = {
    "another key": (lambda world, folder: add(world, Signer(folder / "theirs")), "a key that is not on the list"),
    "no signature": (lambda world, _: add(world, None), "it is not signed"),
    "another file": (lambda world, _: add(world, world.services.signer, stranger=True), "one text on top"),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_what_we_did_not_sign_is_refused_and_named(world: World, event: Event, tmp_path: Path, what: str) -> None:
    forge, why = FORGERIES[what]
    forged = forge(world, tmp_path)
    add(world, world.services.signer, text="After it.\n")
    forget(world, 3)
    done = recover(world)
    assert done.versions == 1, "what comes before it is adopted"
    (words,) = done.refused
    assert forged in words and why in words and "river" in words
    assert [row.place for row in rows(world)] == [1, 2, 3, 4]


def test_a_record_that_tells_another_story_is_left_alone(world: World, event: Event) -> None:
    record = world.services.settings.repo_store / "river.git"
    forget(world, 3)
    other = rows(world)[0].commit_id
    subprocess.run(["git", "-C", record, "update-ref", "refs/heads/main", str(other)], check=True)
    with world.services.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Revision.id))) == 3
    add(world, world.services.signer)
    done = recover(world)
    assert done.versions == 0 and "does not go on" in done.refused[0]


def test_the_record_of_an_unknown_event_is_named(world: World, event: Event) -> None:
    store = world.services.settings.repo_store
    shutil.copytree(store / "river.git", store / "other.git")
    done = recover(world)
    assert done.versions == 0 and done.refused[0].startswith("other: the record belongs to an event")

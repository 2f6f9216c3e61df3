"""Words leave published texts: the record gets a new lineage, joined to the old by a signed statement."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.config import Settings
from drafting.drafts.striking import pattern
from drafting.errors import Invalid, Stale
from drafting.people.models import Person
from drafting.record import origins, redacting, statements
from drafting.record.models import Passage, Redaction, Revision
from drafting.record.projection import project, rebuild
from drafting.record.signing import Signer
from drafting.record.watching import Archive
from tests.record.shelf import NOON, Shelf, git

NOTICE = "[removed on 5 May 2026: the name of somebody]"
TEXTS = [
    ("lamps", "The path is dark.\n"),
    ("lamps", "The path is dark. Mr  Grey said\nno.\n"),
    ("benches", "Oak.\n"),
    ("lamps", "The path is dim. mr grey said no to it.\n"),
]


class Desk:
    """Four versions in the record, the second and the fourth with a name in them."""

    def __init__(self, shelf: Shelf, store: Path, signer: Signer) -> None:
        self.shelf, self.store, self.signer = shelf, store, signer
        with shelf.database.write() as session:
            person = Person(salt="s", session_key="k", created=NOON)
            session.add(person)
            session.flush()
            self.by = person.id
        for draft, text in TEXTS:
            shelf.publishes(text, draft=draft, summary=f"Now: {text}")
        self.projects()
        self.before = shelf.ids()

    def projects(self) -> None:
        project(self.shelf.database, self.store, self.signer, self.shelf.event_id)
        statements.sign(self.shelf.database, self.signer, self.shelf.event_id)

    def redacts(self, words: str = "Mr Grey", because: str = "the name of somebody") -> Redaction:
        wanted, draft_id = pattern(words), self.shelf.draft("lamps")
        with self.shelf.database.read() as session:
            held = redacting.holding(session, draft_id, wanted)
        with self.shelf.database.write() as session:
            at = NOON + timedelta(days=1)
            return redacting.redact(session, held, wanted, because=because, by=self.by, at=at)

    @property
    def record(self) -> Path:
        return self.store / "riverside.git"

    def everything(self) -> str:
        """All objects of the record, whatever still refers to them."""
        command = ["git", "cat-file", "--batch-all-objects", "--batch"]
        return subprocess.run(command, cwd=self.record, capture_output=True, check=True).stdout.decode(errors="replace")

    def statement(self) -> Redaction:
        with self.shelf.database.read() as session:
            return session.scalars(sa.select(Redaction).order_by(Redaction.id.desc()).limit(1)).one()


class Stopped(Exception):
    """A projector was stopped half-way."""


def stopping_at(step: str) -> Callable[[str], None]:
    def stop(name: str) -> None:
        if name == step:
            raise Stopped(name)

    return stop


@pytest.fixture
def desk(shelf: Shelf, store: Path, signer: Signer) -> Desk:
    return Desk(shelf, store, signer)


def test_the_words_are_gone_from_every_version_and_from_every_object_of_the_record(desk: Desk):
    assert "Grey" in desk.everything()
    made = desk.redacts()
    assert (made.number, made.versions, made.first_place) == (1, [2, 3], 2)
    desk.projects()
    assert [row.text for row in desk.shelf.rows()] == [
        TEXTS[0][1],
        f"The path is dark. {NOTICE} said\nno.\n",
        TEXTS[2][1],
        f"The path is dim. {NOTICE} said no to it.\n",
    ]
    everything = desk.everything()
    assert "grey" not in everything.lower() and NOTICE in everything
    assert git(desk.record, "rev-list", "--reverse", "main").split() == desk.shelf.ids()
    assert git(desk.record, "fsck", "--strict", "--no-dangling") == ""


def test_what_came_before_keeps_its_commits_and_each_other_names_the_one_it_replaces(desk: Desk):
    desk.redacts()
    desk.projects()
    now = desk.shelf.ids()
    assert now[0] == desk.before[0]
    assert not set(now[1:]) & set(desk.before)
    named = git(desk.record, "log", "--reverse", "--format=%(trailers:key=Replaces,valueonly)", "main").split()
    assert named == desk.before[1:]
    with desk.shelf.database.read() as session:
        for old, row in zip(desk.before[1:], desk.shelf.rows()[1:], strict=True):
            found = redacting.successor(session, desk.shelf.event_id, old or "")
            assert found is not None and found[1].id == row.id
        assert redacting.successor(session, desk.shelf.event_id, now[0] or "") is None


def test_a_signed_statement_joins_the_two(desk: Desk, tmp_path: Path):
    desk.redacts()
    desk.projects()
    made, now = desk.statement(), desk.shelf.ids()
    assert made.statement is not None and made.signature is not None
    said = ["Redaction: 1", "Date: 2026-05-05", "Reason: the name of somebody", "Text: lamps", "Versions: 2, 3"]
    assert made.statement.splitlines()[1:6] == said
    pairs = [f"{old} {new}" for old, new in zip(desk.before[1:], now[1:], strict=True)]
    assert [line.rpartition(" ")[0] for line in made.statement.splitlines()[-3:]] == pairs
    assert made.statement.splitlines()[-1].endswith(" lamps/3")
    (tmp_path / "said").write_text(made.statement)
    (tmp_path / "sig").write_text(made.signature + "\n")
    (tmp_path / "keys").write_text(f"record {desk.signer.public_key}\n")
    checked = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", "keys", "-I", "record", "-n", "file", "-s", "sig"],
        cwd=tmp_path, input=made.statement, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    "step", ["new lineage begun", "old lineage left", "objects written", "branch moved", "row written"]
)
def test_killed_at_any_step_and_run_again_the_words_are_gone(
    sqlite_shelf: Shelf, settings: Settings, store: Path, signer: Signer, step: str
):
    desk = Desk(sqlite_shelf, store, signer)
    desk.redacts()
    url, key = str(sqlite_shelf.database.engine.url), str(settings.key_file("record_ed25519"))
    arguments = [url, str(store), key, str(sqlite_shelf.event_id), step, "1"]
    died = subprocess.run([sys.executable, "-m", "tests.record.killed", *arguments], cwd=Path(__file__).parents[2])
    assert died.returncode == -signal.SIGKILL
    desk.projects()
    assert "grey" not in desk.everything().lower()
    assert git(desk.record, "rev-list", "--reverse", "main").split() == sqlite_shelf.ids()
    assert sorted(path.name for path in store.iterdir()) == [".riverside.lock", "riverside.git"]
    assert len(set(sqlite_shelf.ids())) == 4
    assert desk.statement().statement


def test_the_record_is_rebuilt_with_the_ids_of_its_new_lineage(desk: Desk):
    desk.redacts()
    desk.projects()
    now = desk.shelf.ids()
    assert rebuild(desk.shelf.database, desk.store, desk.shelf.event_id) == now[-1]
    assert git(desk.record, "rev-list", "--reverse", "main").split() == now


def test_while_words_are_taken_out_the_daily_comparison_raises_no_alarm(desk: Desk):
    watch = Archive(desk.shelf.database, desk.store, desk.signer, "https://drafts.example.org")
    old = desk.record.with_name("old")
    shutil.copytree(desk.record, old)
    desk.redacts()
    assert watch.compare(desk.shelf.event_id, NOON) == [], "the old lineage is still there"
    for step in ("new lineage begun", "old lineage left", "row written"):
        with pytest.raises(Stopped):
            project(desk.shelf.database, desk.store, desk.signer, desk.shelf.event_id, step=stopping_at(step))
        assert watch.compare(desk.shelf.event_id, NOON) == [], step
    desk.projects()
    assert watch.compare(desk.shelf.event_id, NOON) == []
    shutil.rmtree(desk.record)
    old.rename(desk.record)
    assert len(watch.compare(desk.shelf.event_id, NOON)) == 6, "whoever puts the words back is noticed"


def test_a_rebuild_while_words_are_taken_out_does_not_bring_them_back(desk: Desk):
    desk.redacts()
    assert rebuild(desk.shelf.database, desk.store, desk.shelf.event_id) == desk.before[0]
    assert "grey" not in desk.everything().lower()
    assert sorted(path.name for path in desk.store.glob("*")) == [".riverside.lock", "riverside.git"]
    desk.projects()
    assert git(desk.record, "rev-list", "--reverse", "main").split() == desk.shelf.ids()


def test_words_can_be_taken_out_twice_and_versions_follow(desk: Desk):
    desk.redacts()
    desk.projects()
    between = desk.shelf.ids()
    desk.redacts("dim", "something untrue about somebody")
    desk.projects()
    desk.shelf.publishes("The path is lit.\n")
    desk.projects()
    now = desk.shelf.ids()
    assert now[:3] == between[:3] and now[3] != between[3]
    with desk.shelf.database.read() as session:
        for old in (desk.before[3], between[3]):
            found = redacting.successor(session, desk.shelf.event_id, old or "")
            assert found is not None and found[1].commit_id == now[3]
        assert [made.number for made in redacting.of_event(session, desk.shelf.event_id)] == [2, 1]
    assert git(desk.record, "rev-list", "--count", "main") == "5"


def test_a_version_that_waits_or_was_stopped_loses_the_words_too(desk: Desk):
    held = desk.shelf.accepts("Mr Grey again.\n", held=NOON)
    desk.redacts()
    with desk.shelf.database.read() as session:
        assert session.get_one(Revision, held).text == f"{NOTICE} again.\n"


def test_what_was_worked_out_about_passages_is_forgotten_and_worked_out_anew(desk: Desk):
    shelf, draft_id = desk.shelf, desk.shelf.draft("lamps")
    origins.carry(shelf.database, draft_id)
    desk.redacts()
    with shelf.database.write() as session:
        redacting.forget_passages(session, draft_id)
    origins.carry(shelf.database, draft_id)
    with shelf.database.read() as session:
        words = list(session.scalars(sa.select(Passage.words)))
        assert any("removed on" in each for each in words)
        assert not any("grey" in each.lower() for each in words)


@pytest.mark.parametrize(
    ("words", "because", "field"),
    [
        ("Mr Black", "the name of somebody", "words"),
        ("Mr Grey", "", "because"),
        ("Mr Grey", "Mr Grey asked for it", "because"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(desk: Desk, words: str, because: str, field: str):
    with pytest.raises(Invalid) as refused:
        desk.redacts(words, because)
    assert refused.value.field == field
    assert desk.shelf.ids() == desk.before


def test_nothing_is_taken_out_while_a_version_is_still_to_be_written(desk: Desk):
    desk.shelf.publishes("Five.\n")
    with pytest.raises(Stale):
        desk.redacts()


def test_a_notice_is_never_taken_apart_by_a_later_one(desk: Desk):
    for words in ("Mr Grey", "said"):
        desk.redacts(words)
        desk.projects()
    for words in ("somebody", "removed on", "2026"):
        with pytest.raises(Invalid):
            desk.redacts(words)
    assert desk.shelf.rows()[3].text == f"The path is dim. {NOTICE} {NOTICE} no to it.\n"

"""A backup from before words were taken out, beside a record from after it: the words stay out."""

import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from drafting.cli.record import problems_of
from drafting.config import Settings
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.drafts.striking import pattern
from drafting.proceedings import recovering
from drafting.record import counting
from drafting.record import redacting as of_record
from drafting.record.models import Passage, Redaction, Retired, Revision
from drafting.record.signing import Signer
from drafting.review import redacting
from drafting.review.models import Proposal
from tests.record import forger
from tests.web.world import World

BEFORE = "# Minutes\n\nThe path is dark.\n"
WORDS = f"{BEFORE}\nMr Grey of Mill Lane said no to every lamp.\n"
REASON = "the name of somebody"


class House:
    """An installation whose database is put back, and whose records are not."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.kept = settings, folder / "kept.db"
        self.world = World(settings)
        self.event = self.world.event()
        self.ada = self.world.member(self.event, "editor", "Ada")
        self.minutes = self.world.draft(self.event, "Minutes", slug="minutes")
        self.benches = self.world.draft(self.event, "Benches", slug="benches")
        self.publishes(self.minutes, BEFORE, "What we saw.")
        self.publishes(self.minutes, WORDS, "What Mr Grey said.\n\nAnd when.")
        self.publishes(self.benches, "Oak.\n", "Benches.\n\nOf oak.")

    def publishes(self, draft: Draft, text: str, summary: str) -> None:
        self.world.publishes(self.ada, draft, text, summary)
        self.world.worker_follows()

    def backs_up(self) -> None:
        with closing(sqlite3.connect(self._file)) as live, closing(sqlite3.connect(self.kept)) as kept:
            live.backup(kept)

    def redacts(self, words: str = "mr grey", because: str = REASON) -> None:
        wanted, database = pattern(words), self.world.services.database
        with database.read() as session:
            held = of_record.holding(session, self.minutes.id, wanted)
        with database.write() as session:
            redacting.redact(session, held, wanted, because=because, by=self.ada.id, at=now())
        self.world.worker_follows()

    def restores(self) -> recovering.Recovered:
        self.world.services.database.close()
        with closing(sqlite3.connect(self.kept)) as kept, closing(sqlite3.connect(self._file)) as live:
            kept.backup(live)
        self.world = World(self.settings)
        services = self.world.services
        ours = counting.own(services.signer, self.settings.base_url)
        return recovering.recover(services.database, self.settings.repo_store, ours, now())

    def rows(self) -> list[Revision]:
        with self.world.services.database.read() as session:
            return list(session.scalars(sa.select(Revision).order_by(Revision.place)))

    def ids(self) -> list[str | None]:
        return [row.commit_id for row in self.rows()]

    @property
    def record(self) -> Path:
        return self.settings.repo_store / "river.git"

    @property
    def _file(self) -> Path:
        return self.settings.data / "drafting.db"


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> House:
    return House(settings, tmp_path)


def everything(house: House) -> bytes:
    """What is in the database's files, free pages and all, but for the live text and how it came about."""
    with house.world.services.database.write() as session:
        for table in ("journal", "snapshot"):
            session.execute(sa.text(f"DELETE FROM {table}"))
    house.world.services.database.erase(["journal", "snapshot"])
    return b"".join(file.read_bytes() for file in house.settings.data.glob("drafting.db*"))


def test_words_that_were_taken_out_after_the_backup_stay_out(house: House) -> None:
    house.backs_up()
    before = house.rows()
    house.redacts()
    now_there = house.ids()
    done = house.restores()
    assert (done.versions, done.replaced, done.refused) == (0, 2, [])
    rows = house.rows()
    assert [row.commit_id for row in rows] == now_there != [row.commit_id for row in before]
    assert [row.replaces for row in rows] == [None, before[1].commit_id, before[2].commit_id]
    assert f"[removed on {now():%-d %B %Y}: {REASON}] of Mill Lane" in rows[1].text
    assert rows[2].summary == "Benches.\n\nOf oak.", "what is as it was keeps its lines"
    with house.world.services.database.read() as session:
        assert not list(session.scalars(sa.select(Passage.id).where(Passage.words.contains("Grey"))))
        assert not [p for p in session.scalars(sa.select(Proposal)) if "Grey" in p.text + p.summary]
    assert problems_of(house.world.services, "river") == []
    assert house.restores().replaced == 2, "again from the backup it is the same"


def test_the_pages_say_so_and_everything_follows(house: House) -> None:
    house.backs_up()
    old = house.ids()
    house.redacts()
    house.restores()
    house.world.worker_follows()
    reader = house.world.visitor()
    for path in ("minutes", "minutes/2", "minutes/2.md", "minutes/1..2", "minutes/blame", "minutes/history",
                 "feed.atom", "-/search?words=grey", "-/search?words=grey&in=past", "-/redactions/1"):  # fmt: skip
        assert "Grey" not in reader.opens(f"/e/river/{path}").source, path
    assert "Words were taken out of this version" in reader.opens("/e/river/minutes/2").text
    assert "This entry was replaced" in reader.opens(f"/e/river/-/commit/{old[2]}").text
    statement = reader.asks("/e/river/-/redactions/1.txt").get_data(as_text=True)
    assert f"Reason: {REASON}\n" in statement and f"{old[1]} {house.ids()[1]} minutes/2\n" in statement
    assert "dark" in reader.opens("/e/river/minutes/blame").text, "passages are known again"
    assert problems_of(house.world.services, "river") == []
    assert b"Mr Grey" not in everything(house)


def test_words_that_were_taken_out_twice_and_versions_that_followed(house: House) -> None:
    house.backs_up()
    old = house.ids()
    house.redacts()
    between = house.ids()
    house.publishes(house.minutes, BEFORE + "\nMill Lane is dark.\n", "More.")
    after = house.ids()
    house.redacts("Mill Lane", "how somebody can be found or reached")
    done = house.restores()
    assert (done.versions, done.replaced, done.refused) == (1, 2, [])
    house.world.worker_follows()
    with house.world.services.database.read() as session:
        told = {(each.because, tuple(each.versions)) for each in of_record.of_event(session, house.event.id)}
        assert told == {(REASON, (2,)), ("how somebody can be found or reached", (2, 3))}
        for gone, place in ((old[1], 1), (between[1], 1), (between[2], 2), (after[3], 3)):
            found = of_record.successor(session, house.event.id, gone or "")
            assert found is not None and found[1].commit_id == house.ids()[place]
        assert all(each.statement for each in session.scalars(sa.select(Redaction)))
    assert problems_of(house.world.services, "river") == []
    house.publishes(house.benches, "Ash.\n", "It goes on.")
    assert problems_of(house.world.services, "river") == []


def test_a_redacted_record_that_the_backup_knows_is_gone_on_with(house: House) -> None:
    house.redacts()
    house.backs_up()
    house.publishes(house.benches, "Ash.\n", "Another wood.")
    done = house.restores()
    assert (done.versions, done.replaced, done.refused) == (1, 0, [])
    with house.world.services.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Retired.commit_id))) == 2


def test_what_waits_in_the_backup_is_held_until_somebody_looks(house: House) -> None:
    with house.world.services.database.write() as session:
        last = house.rows()[-1]
        values = {c.name: getattr(last, c.name) for c in Revision.__table__.columns if c.name != "id"}
        nowhere = {"place": None, "commit_id": None, "commit_object": None, "released": None, "number": 3}
        values |= {**nowhere, "draft_id": house.minutes.id, "draft_slug": "minutes", "text": WORDS}
        session.add(Revision(**values))
    house.backs_up()
    house.redacts()
    house.restores()
    with house.world.services.database.read() as session:
        (waiting,) = session.scalars(sa.select(Revision).where(Revision.place.is_(None)))
        assert waiting.held is not None and "Words were taken out" in (waiting.hold_reason or "")


def forged(change: tuple[bytes, bytes]) -> Callable[[House, Signer], None]:
    def forge(house: House, signer: Signer) -> None:
        ids = forger.commits(house.record)
        forger.write_again(house.record, ids, lambda body: body.replace(*change), signer)

    return forge


def another_word(house: House, signer: Signer) -> None:
    ids, text = forger.commits(house.record), house.rows()[1].text.replace("every lamp", "no lamp")
    edits = {f"{n}": forger.another_text(house.record, ids[n], "minutes.md", text) for n in (1, 2)}
    forger.write_again(house.record, ids, lambda body: edits["2"](edits["1"](body)), signer)


FORGERIES: dict[str, tuple[Callable[[House, Signer], None], bool]] = {
    "another word": (another_word, True),
    "another key": (forged((b"", b"")), False),
    "no claim": (forged((b"Replaces: ", b"Removes: ")), True),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_lineage_that_changes_more_or_is_not_ours_is_refused(house: House, tmp_path: Path, what: str) -> None:
    forge, with_our_key = FORGERIES[what]
    house.backs_up()
    before = house.ids()
    house.redacts()
    forge(house, house.world.services.signer if with_our_key else Signer(tmp_path / "theirs"))
    done = house.restores()
    assert done.replaced == 0 and len(done.refused) == 1 and house.ids() == before
    assert re.search("does not go on|not on the list", done.refused[0])
    assert subprocess.run(["git", "-C", house.record, "fsck"], capture_output=True).returncode == 0

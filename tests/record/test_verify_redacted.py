"""Words that were taken out openly are a note; whatever else is changed under cover of that is named."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from drafting.record import verify
from drafting.record.keys import allowed_signers
from drafting.record.signing import Signer
from tests.record import forger
from tests.record.shelf import Shelf, git
from tests.record.test_redacting import NOTICE, TEXTS, Desk
from tests.record.test_verify import run


@dataclass
class Reader:
    """Who copied the record before words were taken out."""

    desk: Desk
    folder: Path
    copies: int = 0

    def copies_it(self) -> Path:
        self.copies += 1
        git(self.folder, "clone", "-q", str(self.desk.record), f"copy-{self.copies}")
        return self.folder / f"copy-{self.copies}"

    def checks(self, *seen: object) -> tuple[list[str], list[str]]:
        """Problems and notes."""
        (self.folder / "keys").write_text(allowed_signers(self.desk.signer, "record@drafts.example.org"))
        more = [word for each in seen for word in ("--seen", each)]
        status, said = run(self.desk.record, "--keys", self.folder / "keys", "--json", *more)
        answer = json.loads(said)
        assert (status == 0) == (not answer["problems"])
        return answer["problems"], answer["notes"]


@pytest.fixture
def reader(sqlite_shelf: Shelf, store: Path, signer: Signer, tmp_path: Path) -> Reader:
    return Reader(Desk(sqlite_shelf, store, signer), tmp_path)


def redacted(reader: Reader) -> Path:
    """Words are taken out; returns the copy from before."""
    copy = reader.copies_it()
    reader.desk.redacts()
    reader.desk.projects()
    return copy


def test_an_honest_redaction_is_told_and_is_no_problem(reader: Reader):
    copy, before = redacted(reader), reader.desk.before
    problems, notes = reader.checks(copy)
    now = reader.desk.shelf.ids()
    assert problems == []
    assert notes == [
        f"Words were taken out of version {number} of “lamps” (commit {str(before[place])[:12]}), and nothing else was "
        f"changed: commit {str(now[place])[:12]} is in its place. The site says when and why at "
        f"https://drafts.example.org/e/riverside/-/commit/{before[place]}."
        for number, place in ((2, 1), (3, 3))
    ]
    assert reader.checks(reader.copies_it()) == ([], [])


def test_an_id_that_was_seen_before_leads_to_what_is_in_its_place(reader: Reader):
    redacted(reader)
    old = reader.desk.before[1] or ""
    problems, (note,) = reader.checks(old[:7])
    assert problems == []
    assert "was replaced when words were taken out" in note and f"Version 2 of “lamps” (commit {now(reader, 1)}" in note
    assert f"/e/riverside/-/commit/{old}" in note


def now(reader: Reader, place: int) -> str:
    return (reader.desk.shelf.ids()[place] or "")[:12]


def test_words_that_were_taken_out_twice_are_told_to_whoever_saw_neither(reader: Reader):
    copy = redacted(reader)
    between = reader.copies_it()
    reader.desk.redacts("dim", "something untrue about somebody")
    reader.desk.projects()
    reader.desk.shelf.publishes("The path is lit.\n")
    reader.desk.projects()
    for earlier, told in ((copy, 2), (between, 1)):
        problems, notes = reader.checks(earlier)
        assert problems == [] and len(notes) == told
    assert reader.checks(reader.copies_it()) == ([], [])


def test_words_beside_words_that_are_gone_already_can_go_too(reader: Reader):
    copy = redacted(reader)
    reader.desk.redacts("said", "something untrue about somebody")
    reader.desk.projects()
    problems, notes = reader.checks(copy)
    assert problems == [] and len(notes) == 2


EDITS = {
    "another word": (b"said no", b"said yes", "other words of the text differ"),
    "a word more": (b"path is dim", b"path is", "other words of the text differ"),
    "a word before": (b"The path", b"A path", "other words of the text differ"),
}


@pytest.mark.parametrize("what", EDITS)
def test_another_word_under_cover_of_a_redaction_is_named(reader: Reader, what: str):
    copy = redacted(reader)
    old, new, why = EDITS[what]
    ids, record = forger.commits(reader.desk.record), reader.desk.record
    text = f"The path is dim. {NOTICE} said no to it.\n".encode().replace(old, new).decode()
    *_, forged = forger.write_again(
        record, ids, forger.another_text(record, ids[3], "lamps.md", text), desk_key(reader)
    )
    problems, notes = reader.checks(copy)
    assert problems == [
        f"Version 3 of “lamps” (commit {str(reader.desk.before[3])[:12]}) was replaced by commit {forged[:12]}, which "
        f"says that words were taken out of this history. More than that was changed: {why}."
    ]
    assert len(notes) == 1, "what was honest is told"


def desk_key(reader: Reader) -> Signer:
    """Whoever keeps the record has its key."""
    return reader.desk.signer


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"one editor", b"everybody", "the message differs"),
        (b"Now: The", b"Never: The", "the message differs"),
        (b"Licence: CC-BY-SA-4.0", b"Licence: CC0-1.0", "the message differs"),
    ],
)
def test_another_message_under_cover_of_a_redaction_is_named(reader: Reader, old: bytes, new: bytes, why: str):
    copy = redacted(reader)
    ids = forger.commits(reader.desk.record)
    forger.write_again(reader.desk.record, ids, lambda body: _from_second(body, old, new), desk_key(reader))
    problems, _ = reader.checks(copy)
    assert len(problems) >= 2 and all(why in problem for problem in problems)


def _from_second(body: bytes, old: bytes, new: bytes) -> bytes:
    return body.replace(old, new) if b"Replaces: " in body else body


def test_a_version_dropped_under_cover_of_a_redaction_is_named(reader: Reader):
    copy = redacted(reader)
    ids, record = forger.commits(reader.desk.record), reader.desk.record
    edit = forger.another_text(record, ids[3], "benches.md", "")
    forger.write_again(record, [ids[0], ids[1], ids[3]], edit, desk_key(reader))
    problems, _ = reader.checks(copy)
    assert any("“benches”" in each and "it was dropped" in each for each in problems)


@pytest.mark.parametrize("place", [0, 2, 9])
def test_a_commit_cannot_replace_one_that_is_here_another_version_or_none(reader: Reader, place: int):
    copy = redacted(reader)
    ids, record = forger.commits(reader.desk.record), reader.desk.record
    named = [*ids[:1], *reader.desk.before[1:]][place] if place < 9 else "x" * 40
    edit = f"Replaces: {reader.desk.before[1]}".encode(), f"Replaces: {named}".encode()
    forger.write_again(record, ids, lambda body: body.replace(*edit), desk_key(reader))
    problems, _ = reader.checks(copy)
    says = {0: "still in the history", 2: "replaced by another one", 9: "something that is no commit"}[place]
    assert any(says in problem for problem in problems)
    if place == 2:
        assert any("which was another version" in problem for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "fits"),
    [
        ("a Grey b", "a [X] b", True),
        ("a Grey b Grey", "a [X] b [X]", True),
        ("Grey", "[X]", True),
        ("Grey a [X] b", "[X] a [X] b", True),
        ("a b", "a b", True),
        ("a b", "a c", False),
        ("a b", "a [X] b", False),
        ("a Grey b", "a [X] c", False),
        ("a Grey b", "c [X] b", False),
        ("a Grey b Brown c", "a [X] d [X] c", False),
        ("a Grey a", "a [X] a [X] a", False),
        ("x" * 5000, "[X]x" * 400 + "y", False),
    ],
)
def test_nothing_but_words_gave_way_to_notices(old: str, new: str, fits: bool):
    assert verify.only_removed(old, new, r"\[X\]") is fits


def test_the_program_knows_the_notice_that_the_product_writes(reader: Reader):
    redacted(reader)
    assert reader.desk.shelf.rows()[1].text == TEXTS[1][1].replace("Mr  Grey", NOTICE)
    assert verify.re.fullmatch(verify.NOTICE, NOTICE)

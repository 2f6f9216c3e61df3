"""Strangers check the public history of a running site, with git and with verify.py, which they took from its page.

Somebody with write access to the server's disk does the worst that can be done; what happened is named each time.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from drafting.paths import ROOT
from drafting.record.signing import Signer
from drafting.web.pagecache import LONGEST_S
from tests.clients import YClient
from tests.product import COMMAND, Product, running, until
from tests.record import forger
from tests.record.shelf import git
from tests.redactor import takes_out


class Site:
    """A site with an event of two texts, the stranger who copied its history, and the disk it is kept on."""

    def __init__(self, product: Product, folder: Path) -> None:
        self.product, self.folder = product, folder
        self.people = product.world()
        product.command("draft", "create", "bar", "Benches", "--slug", "benches")
        self.address, self.record = product.base + "/e/bar", product.folder / "repos" / "bar.git"
        self.copies = 0
        for draft, words in (("minutes", "First.\n"), ("benches", "Oak.\n"), ("minutes", "Second.\n")):
            self.publishes(draft, words)
        self.script = folder / "verify.py"
        self.script.write_text(product.get("/-/verify.py")[1])
        self.keys = folder / "allowed_signers"
        self.keys.write_text(product.get("/.well-known/allowed_signers")[1])
        self.seen = self.copied()

    def publishes(self, draft: str, words: str) -> None:
        bob = YClient(f"ws://127.0.0.1:{self.product.port}/yjs/bar/{draft}?token={self.people['bob']}").connect()
        assert bob.synced.wait(20)
        bob.type(words)
        before, path = self.tip(), f"/api/v1/events/bar/drafts/{draft}/proposals"

        def put_forward() -> bytes:
            status, body, _ = self.product.http("POST", path, token=self.people["bob"], body={"summary": "a change"})
            return body if status == 201 else b""

        proposal = json.loads(until(put_forward, why="nothing to put forward"))["id"]
        assert self.product.accept(self.people["ada"], proposal)[0] == 200
        bob.leave()
        until(lambda: self.tip() != before, why="no commit")

    @property
    def key(self) -> Path:
        return self.product.folder / "data" / "keys" / "record_ed25519"

    def tip(self) -> str:
        written = "SELECT commit_id FROM revision WHERE event_slug = 'bar' AND commit_id IS NOT NULL"
        rows = self.asks(f"{written} ORDER BY place DESC LIMIT 1")
        return str(rows[0][0]) if rows else ""

    def asks(self, question: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.product.database_file)) as connection, connection:
            found = list(connection.execute(question))
        if question.startswith("UPDATE"):
            time.sleep(LONGEST_S)  # what is written past the product is on its pages when they are made anew
        return found

    def copied(self, *options: str) -> Path:
        self.copies += 1
        to = self.folder / f"copy-{self.copies}"
        git(self.folder, *options[:2], "clone", "-q", *options[2:], f"{self.address}/record.git", str(to))
        return to

    def checks(self, *more: object) -> tuple[int, list[str], list[str]]:
        """The script in a process of its own: exit status, problems, notes."""
        command = [sys.executable, "-I", "-S", self.script, self.address, "--json", *map(str, more)]
        bare = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
        done = subprocess.run(command, cwd="/", env=bare, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        answer = json.loads(done.stdout)
        return done.returncode, answer["problems"], answer["notes"]

    @contextmanager
    def tampering(self) -> Iterator[Path]:
        """The disk, to do with as one likes; afterwards everything is as it was."""
        kept, keys = self.folder / "kept.git", self.product.folder / "data" / "keys"
        shutil.copytree(self.record, kept)
        shutil.copytree(keys, self.folder / "keys")
        rows = self.asks("SELECT text, number, id FROM revision")
        yield self.record
        with closing(sqlite3.connect(self.product.database_file)) as connection, connection:
            connection.executemany("UPDATE revision SET text = ?, number = ? WHERE id = ?", rows)
        time.sleep(LONGEST_S)
        for there, back in ((self.record, kept), (keys, self.folder / "keys")):
            shutil.rmtree(there)
            back.rename(there)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("checking")
    with running(folder / "site") as product:
        yield Site(product, folder)


def named(problems: list[str], *words: str) -> bool:
    """Whether one sentence holds all the words."""
    return any(all(word in problem for word in words) for problem in problems)


def test_an_honest_site_passes_and_says_what_a_stranger_cannot_know(site: Site) -> None:
    status, problems, notes = site.checks()
    assert (status, problems) == (0, []) and named(notes, "came from the site itself", "--seen")
    assert site.checks("--keys", site.keys, "--seen", site.seen, "--seen", site.tip()[:7], "--every-page") == (
        0,
        [],
        [],
    )


def test_git_and_ssh_keygen_alone_are_enough(site: Site) -> None:
    allowed = ("-c", f"gpg.ssh.allowedSignersFile={site.keys}")
    copies = []
    for protocol in ("0", "2"):
        copies.append(site.copied("-c", f"protocol.version={protocol}"))
        shallow = site.copied("-c", f"protocol.version={protocol}", "--depth=1")
        assert 'Good "git" signature' in git(shallow, *allowed, "verify-commit", "HEAD")
        assert git(shallow, "rev-list", "--count", "HEAD") == "1"
    site.publishes("minutes", f"More {site.copies}.\n")
    for protocol, copy in zip(("0", "2"), copies, strict=True):
        git(copy, "-c", f"protocol.version={protocol}", "pull", "-q", "--ff-only")
        assert git(copy, "rev-parse", "HEAD") == site.tip()
        said = git(copy, *allowed, "verify-commit", *git(copy, "rev-list", "HEAD").split())
        assert said.count('Good "git" signature') == len(forger.commits(site.record))
    assert site.checks("--seen", site.seen)[1] == []


def test_an_edited_commit_is_named(site: Site) -> None:
    with site.tampering() as record:
        ids = forger.commits(record)
        edit = forger.another_text(record, ids[1], "benches.md", "Plastic.\n")
        forger.write_again(record, ids, edit)
        _, problems, _ = site.checks("--seen", site.seen)
    assert named(problems, "Version 1 of “benches”", "signature that belongs to another text")
    assert named(problems, "Version 1 of “benches”", ids[1][:12], "was replaced by commit", "the text differs")
    assert named(problems, "Version 1 of “benches”", "another text on its page than in the history")
    assert named(problems, "The site names commit", "does not hold it")


def test_a_commit_edited_in_its_place_is_named(site: Site) -> None:
    with site.tampering() as record:
        forger.overwrite(record, forger.commits(record)[1], lambda body: body.replace(b"one editor", b"everybody"))
        _, problems, _ = site.checks("--seen", site.seen)
    assert named(problems, "The history cannot be copied", "damaged or changed by hand")


def test_a_dropped_commit_is_named(site: Site) -> None:
    with site.tampering() as record:
        first, second, *others = forger.commits(record)
        forger.write_again(record, [first, *others])
        _, problems, _ = site.checks("--seen", site.seen)
    assert named(problems, "Version 1 of “benches”", second[:12], "is gone: it was dropped")


def test_reordered_commits_are_named(site: Site) -> None:
    with site.tampering() as record:
        first, second, *others = forger.commits(record)
        forger.write_again(record, [second, first, *others])
        _, problems, _ = site.checks("--seen", site.seen)
    assert named(problems, "Version 1 of “benches”", "came after version 1 of “minutes” and now comes before it")


def test_a_history_rewritten_with_another_key_is_named_even_if_the_site_names_that_key(site: Site) -> None:
    with site.tampering() as record:
        key = site.key
        for file in key.parent.glob(f"{key.name}*"):
            file.unlink()
        ids = forger.commits(record)
        first, *_ = forger.write_again(record, ids, signer=Signer(key))
        listed = site.product.get("/.well-known/allowed_signers")[1]
        assert Signer(key).public_key in listed
        _, problems, _ = site.checks("--seen", site.seen, "--seen", ids[0][:7])
        assert named(problems, ids[0][:12], first[:12], "the history was written again by who has another key")
        assert named(problems, f"The commit {ids[0][:7]}, which you saw earlier, is not in this history")
        _, problems, _ = site.checks("--keys", site.keys)
    assert named(problems, "Version 1 of “minutes”", "signed with a key that is not on the list")


def test_a_changed_row_is_named(site: Site) -> None:
    with site.tampering():
        site.asks("UPDATE revision SET text = 'Plastic.' WHERE draft_slug = 'benches'")
        _, problems, _ = site.checks("--seen", site.seen)
    assert problems == [
        f"Version 1 of “benches” (commit {forger.commits(site.record)[1][:12]}) has another text on its page than in "
        "the history: the database was changed after it was published."
    ]


def test_the_doctor_raises_an_alarm_and_ends_it(site: Site) -> None:
    def alarms() -> int:
        return int(json.loads(site.product.get("/readyz")[1])["alarms"])

    with site.tampering():
        site.asks("UPDATE revision SET text = 'Plastic.' WHERE draft_slug = 'benches'")
        command = [*COMMAND, "doctor"]
        done = subprocess.run(command, cwd=ROOT, env=site.product.everything(), capture_output=True, text=True)
        assert done.returncode != 0 and "bar: Version 1 of “benches”" in done.stderr
        assert alarms() == 1
    assert site.product.command("doctor") == {"ok": True, "problems": []}
    assert alarms() == 0


def test_a_row_that_was_taken_away_is_named(site: Site) -> None:
    with site.tampering():
        site.asks("UPDATE revision SET number = 77 WHERE draft_slug = 'benches'")
        _, problems, _ = site.checks("--seen", site.seen)
    assert len(problems) == 1 and named(problems, "Version 1 of “benches”", "has no page on the site any more")


def test_an_honest_redaction_is_told_as_one_and_a_lie_beside_it_is_caught(site: Site) -> None:
    site.publishes("minutes", "Mr Grey of Mill Lane.\n")
    copy, old = site.copied(), site.tip()
    assert site.checks("--seen", copy)[:2] == (0, [])
    takes_out(site.product.database_file, "minutes", "Mr Grey", "the name of somebody")
    assert site.tip() != old
    status, problems, notes = site.checks("--keys", site.keys, "--seen", copy, "--seen", old[:7], "--seen", site.seen)
    assert (status, problems) == (0, [])
    assert named(notes, "Words were taken out of version", "nothing else was changed", f"/e/bar/-/commit/{old}")
    assert named(notes, f"The commit {old[:7]}, which you saw earlier, was replaced", site.tip()[:12])
    with site.tampering() as record:
        ids = forger.commits(record)
        text = git(record, "show", f"{ids[-1]}:minutes.md").replace("Mill Lane", "Mill Road")
        edit = forger.another_text(record, ids[-1], "minutes.md", text + "\n")
        *_, forged = forger.write_again(record, ids, edit, Signer(site.key))
        _, problems, _ = site.checks("--seen", copy)
        assert named(problems, old[:12], f"replaced by commit {forged[:12]}", "More than that was changed: other words")
        assert named(problems, "no statement of the site says so")
    with site.tampering():
        site.asks("UPDATE redaction SET statement = replace(statement, 'the name of somebody', 'something untrue')")
        _, problems, _ = site.checks()
        site.asks("UPDATE redaction SET statement = replace(statement, 'something untrue', 'the name of somebody')")
    assert named(problems, "statement 1 about words that were taken out", "signature that belongs to another text")
    assert len(problems) == 1


def test_a_new_key_is_noticed_without_a_restart_and_everything_stays_good(site: Site) -> None:
    new = site.product.command("record", "rotate-key")["key"]
    listed = site.product.get("/.well-known/allowed_signers")[1]
    assert new in listed and listed.count("ssh-ed25519") == 2
    site.publishes("minutes", "Signed with the new key.\n")
    assert site.checks("--seen", site.seen)[:2] == (0, [])
    assert named(site.checks("--keys", site.keys)[1], "signed with a key that is not on the list", new)
    (site.folder / "both").write_text(listed)
    copy, allowed = site.copied(), ("-c", f"gpg.ssh.allowedSignersFile={site.folder / 'both'}")
    git(copy, *allowed, "verify-commit", *git(copy, "rev-list", "HEAD").split())
    tip = site.tip()
    assert site.product.command("record", "rebuild", "bar")["tip"] == tip
    assert site.product.command("record", "verify", "bar") == {"ok": True}
    assert site.product.command("record", "verify", site.address) == {"ok": True}

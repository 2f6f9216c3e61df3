"""Who runs an event takes words out of what was published; a stranger sees that, why, and how to check it."""

import subprocess
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
import sqlalchemy as sa

from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events.models import Event
from drafting.people.models import Person
from drafting.record import bundling, keys, verify
from drafting.record.models import Revision
from drafting.review import commenting
from drafting.review.models import Proposal
from tests.web.visitor import Page, Visitor
from tests.web.world import World

CLEAN = "# Minutes\n\nThe path is dark.\n"
TEXT = "# Minutes\n\nThe path is dark. Mr Grey of Mill Lane said no.\n"
REASON = "the name of somebody"


@pytest.fixture
def minutes(world: World, event: Event, bob: Person) -> Draft:
    ada, draft = world.member(event, "editor", "Ada"), world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, draft, CLEAN, "What we saw.")
    world.publishes(ada, draft, TEXT, "What Mr Grey said.")
    world.publishes(ada, draft, TEXT + "\nMore.\n", "More.")
    world.writes(bob, draft, CLEAN)
    world.worker_follows()
    return draft


def commits(world: World) -> list[str]:
    with world.services.database.read() as session:
        found = session.scalars(sa.select(Revision.commit_id).order_by(Revision.place))
        return [commit for commit in found if commit]


def redacts(fay: Visitor, words: str = "mr grey", because: str = "name") -> Page:
    fay.opens("/e/river/-/redact/minutes")
    fay.presses("Look for them", words=words)
    return fay.presses("Take the words out. This cannot be undone", because=because)


def test_every_place_is_shown_before_anything_is_done(minutes: Draft, fay: Visitor):
    fay.opens("/e/river/-/redact/minutes")
    page = fay.presses("Look for them", words="mr grey")
    assert page.source.count("<mark>Mr Grey</mark>") == 2
    assert "Version 3" in page.text and "Version 2" in page.text and "Version 1 ," not in page.text
    page = fay.opens("/e/river/-/redact/minutes")
    assert "They are in no published version" in fay.presses("Look for them", words="Mr Black").text


def test_the_words_go_from_every_page_search_proposal_and_from_the_record(
    world: World, minutes: Draft, reader: Visitor, fay: Visitor, tmp_path: Path
):
    page = redacts(fay)
    assert page.path == "/e/river/-/redactions/1" and "being written right now" in page.text
    assert reader.asks("/e/river/record.git/info/refs?service=git-upload-pack").status_code == 503
    world.worker_follows()
    for path in ("minutes", "minutes/2", "minutes/2.md", "minutes/1..2", "minutes/history", "minutes/blame",
                 "minutes/feed.atom", "feed.atom", "-/search?words=grey", "-/search?words=grey&in=past",
                 "-/redactions/1", ""):  # fmt: skip
        source = reader.opens(f"/e/river/{path}").source
        assert "Grey" not in source, path
    assert "Not found" in reader.opens("/e/river/minutes/blame?words=Mr+Grey").text
    assert "[removed on " in reader.opens("/e/river/minutes").text and REASON in reader.opens("/e/river/minutes").text
    feed = feedparser.parse(reader.asks("/e/river/feed.atom").data)
    assert [entry.updated > entry.published for entry in feed.entries] == [True, True, False], "readers fetch it anew"
    assert "Words were taken out of this version" in reader.opens("/e/river/minutes/2").text
    assert "Words were taken out" not in reader.opens("/e/river/minutes/1").text
    with world.services.database.read() as session:
        assert not [p for p in session.scalars(sa.select(Proposal)) if "Grey" in p.text + p.summary]
    record = world.services.settings.repo_store / "river.git"
    command = ["git", "cat-file", "--batch-all-objects", "--batch"]
    assert b"Grey" not in subprocess.run(command, cwd=record, capture_output=True, check=True).stdout
    assert reader.asks("/e/river/record.git/info/refs?service=git-upload-pack").status_code == 200


def test_an_old_commit_leads_to_the_version_in_its_place_and_to_the_signed_statement(
    world: World, minutes: Draft, reader: Visitor, fay: Visitor
):
    before = commits(world)
    assert reader.opens(f"/e/river/-/commit/{before[1]}").path == "/e/river/minutes/2"
    redacts(fay)
    world.worker_follows()
    now = commits(world)
    assert now[0] == before[0] and not set(now[1:]) & set(before)
    page = reader.opens(f"/e/river/-/commit/{before[1]}")
    assert "This entry was replaced" in page.text and now[1] in page.text and REASON in page.text
    page = reader.follows("What was done, and how it can be checked")
    for words in (f"{before[1]} {now[1]} minutes/2", f"{before[2]} {now[2]} minutes/3", f"Reason: {REASON}"):
        assert words in page.text, words
    statement = reader.asks("/e/river/-/redactions/1.txt").get_data(as_text=True)
    assert statement.endswith(f"{before[2]} {now[2]} minutes/3\n")
    assert "BEGIN SSH SIGNATURE" in reader.asks("/e/river/-/redactions/1.sig").get_data(as_text=True)
    assert reader.opens(f"/e/river/-/commit/{'0' * 40}").status == 404
    assert reader.opens("/e/river/-/redactions/2").status == 404


def test_only_who_runs_the_event_takes_words_out(world: World, minutes: Draft, bob: Person, reader: Visitor):
    writer = world.signed_in(bob)
    assert writer.opens("/e/river/-/redact/minutes").status == 403
    assert reader.opens("/e/river/-/redact/minutes").status == 401
    token = writer.opens("/-/you").forms[-1].fields["csrf_token"]
    answer = writer.posts("/e/river/-/redact/minutes/now", csrf_token=token, words="Mr Grey", because="x")
    assert answer.status == 403
    assert "Grey" in reader.opens("/e/river/minutes").source


@pytest.mark.parametrize(
    ("words", "because", "says"),
    [
        ("", "", "Please give the words"),
        ("x" * 5001, "", "At most 5000 characters"),
        ("mr grey", "", "Please choose what it is."),
        ("mr grey", "Mr Grey did not agree", "too long"),
        ("mr grey", "Mr Grey asked", "Please choose what it is."),
    ],
)
def test_what_cannot_be_comes_back_with_a_reason(
    world: World, minutes: Draft, fay: Visitor, words: str, because: str, says: str
):
    fay.opens("/e/river/-/redact/minutes")
    page = fay.presses("Look for them", words=words)
    if "Take the words out. This cannot be undone" in [b for form in page.forms for b in form.buttons]:
        page = fay.presses("Take the words out. This cannot be undone", because=because)
    assert page.status == 422 and says in page.text
    assert len(commits(world)) == 3


def test_later_versions_and_further_redactions_follow(world: World, event: Event, minutes: Draft, fay: Visitor):
    redacts(fay)
    world.worker_follows()
    redacts(fay, "Mill Lane", "reach")
    world.worker_follows()
    world.publishes(world.member(event, "editor", "Eve"), minutes, "# Minutes\n\nAll new.\n", "New.")
    world.worker_follows()
    assert len(set(commits(world))) == 4
    assert "words were taken out of versions 2, 3 of Minutes" in fay.opens("/e/river/-/redactions/2").text


def test_no_file_that_was_made_of_the_old_versions_keeps_the_words(
    world: World, minutes: Draft, reader: Visitor, fay: Visitor
):
    services, settings = world.services, world.services.settings
    bundler = bundling.Bundler(services.database, settings.repo_store, settings.parcels, services.signer)
    (before,) = bundler.catch_up(now() + timedelta(minutes=5))
    for path in ("1..2", "2", "2.pdf", "2.html", "2..3"):
        assert reader.asks(f"/e/river/minutes/{path}").status_code == 200
    assert any(b"Grey" in file.read_bytes() for file in settings.kept.rglob("*") if file.is_file())
    redacts(fay)
    assert reader.asks("/e/river/record.bundle").status_code == 503
    world.worker_follows()
    for folder in (settings.kept, settings.parcels):
        assert not [file for file in folder.rglob("*") if file.is_file() and b"Grey" in file.read_bytes()]
    (after,) = bundler.catch_up(now() + timedelta(minutes=5))
    assert after.tip == commits(world)[-1] != before.tip
    assert reader.asks("/e/river/record.bundle").status_code == 200
    assert reader.asks("/e/river/minutes/2.pdf").status_code == 200


def test_a_key_that_is_newer_than_the_versions_counts_for_their_new_commits(world: World, minutes: Draft, fay: Visitor):
    signer, settings = world.services.signer, world.services.settings
    keys.rotate(signer, now() + timedelta(days=30))
    redacts(fay)
    world.worker_follows()
    allowed = keys.allowed_signers(signer, "record@drafts.example.org")
    report = verify.check(settings.repo_store / "river.git", allowed)
    assert len(report.versions) == 3 and report.problems == []


def test_what_waits_and_was_said_beside_the_text_loses_the_words_and_the_index_too(
    world: World, event: Event, minutes: Draft, bob: Person, reader: Visitor, fay: Visitor
):
    world.writes(bob, minutes, TEXT + "\nStill Mr Grey.\n")
    waiting = world.puts_forward(bob, minutes, "What Mr Grey says now.")
    with world.services.database.write() as session:
        commenting.say(session, minutes, "question", None, words="Who is Mr Grey?", by=bob.id, at=now())
    world.writes(bob, minutes, CLEAN)
    reader.opens("/e/river/-/about-me?at=/e/river/minutes")
    reader.presses("Send it", words="I am Mr Grey.")
    redacts(fay)
    world.worker_follows()
    page = fay.opens(f"/e/river/-/proposals/{waiting.id}")
    assert "Grey" not in page.source and "taken back" in page.text.lower()
    with world.services.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        for table in tables:
            if table in ("journal", "snapshot"):
                continue  # strike is for the live text
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
            said = b" ".join(v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)
            assert b"grey" not in said.lower(), table


def test_nothing_is_taken_out_while_the_live_text_would_bring_it_back(
    world: World, minutes: Draft, bob: Person, fay: Visitor
):
    world.writes(bob, minutes, TEXT)
    fay.opens("/e/river/-/redact/minutes")
    page = fay.presses("Look for them", words="mr grey")
    assert "They would come back with the next version." in page.text
    token = page.forms[-1].fields["csrf_token"]
    sent = fay.posts("/e/river/-/redact/minutes/now", csrf_token=token, words="mr grey", because="name")
    assert sent.status == 409 and "Strike them there first." in sent.text
    fay.opens("/e/river/-/redact/minutes")
    fay.presses("Look for them", words="mr grey")
    page = fay.presses("Strike them in the live text")
    assert "Where they stand in the live text" in page.text and page.forms[-1].fields["words"] == "mr grey"


def test_a_letter_is_not_taken_out_everywhere(world: World, event: Event, minutes: Draft, bob: Person, fay: Visitor):
    world.publishes(world.member(event, "editor", "Eve"), minutes, "e " * 5_000, "Many.")
    world.writes(bob, minutes, "Nothing.")
    world.worker_follows()
    page = redacts(fay, "e")
    assert page.status == 422 and "stand in too many places" in page.text
    assert len(commits(world)) == 4

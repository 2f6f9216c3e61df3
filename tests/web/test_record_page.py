"""How to check it oneself: the page's own commands, typed as they stand there."""

import gzip
import html
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from werkzeug.serving import make_server

from drafting import announcing
from drafting.config import Settings
from drafting.db import now
from drafting.drafts.models import Draft
from drafting.events import opening
from drafting.publishing.announcement import fitted
from drafting.record import bundling, keys, projection, verify
from drafting.wording.measures import BLUESKY, MASTODON, UNLIMITED
from tests import needs
from tests.conftest import free_port
from tests.web.visitor import Visitor
from tests.web.world import World


@pytest.fixture
def served(settings: Settings) -> Iterator[World]:
    """A world that git can reach."""
    port = free_port()
    world = World(replace(settings, base_url=f"http://127.0.0.1:{port}"))
    server = make_server("127.0.0.1", port, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield world
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_commands_on_the_page_clone_and_verify(served: World, tmp_path: Path):
    for name in ("git", "ssh-keygen"):
        needs.program(name, remedy=f"On Debian: apt install git openssh-client ({name} is in one of them)")
    event = served.event()
    ada = served.member(event, "editor")
    revision = served.publishes(ada, served.draft(event, "Minutes", slug="minutes"), "One.\n", "The first.")
    served.writes_down(event)
    page = served.visitor().opens("/e/river/record")
    assert "1 version is in the history." in page.text
    blocks = re.findall(r'aria-label="Commands [^"]*"><code>(.*?)</code>', page.source, re.DOTALL)
    commands = "\n".join(html.unescape(block) for block in blocks)
    home = {"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["sh", "-ec", commands], cwd=tmp_path, env=home, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"G [0-9a-f]+ Minutes: version 1", done.stdout.splitlines()[-1])
    assert 'Good "git" signature' in done.stdout + done.stderr
    tip = subprocess.run(["git", "-C", "record", "rev-parse", "HEAD"], cwd=tmp_path, capture_output=True, text=True)
    assert tip.stdout.strip() in page.source
    assert (tmp_path / "record" / "minutes.md").read_text() == "One.\n"
    assert revision.number == 1


def test_the_page_needs_four_commands_also_after_a_change_of_keys(served: World, tmp_path: Path):
    event = served.event()
    ada, signer = served.member(event, "editor"), served.services.signer
    minutes = served.draft(event, "Minutes", slug="minutes")
    served.publishes(ada, minutes, "One.\n", "The first.")
    served.writes_down(event)
    keys.rotate(signer, now())
    served.publishes(ada, minutes, "Two.\n", "The second.")
    served.writes_down(event)
    page = served.visitor().opens("/e/river/record")
    assert "This site has changed its key, or" in page.text
    blocks = re.findall(r'aria-label="Commands [^"]*"><code>(.*?)</code>', page.source, re.DOTALL)
    commands = [html.unescape(block) for block in blocks]
    assert len(commands) == 4
    home = {"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["sh", "-ec", "\n".join(commands)], cwd=tmp_path, env=home, capture_output=True, text=True)
    assert [line[0] for line in done.stdout.splitlines()[-2:]] == ["G", "G"], done.stderr


def test_the_program_is_offered_to_read_and_is_the_one_that_we_use(world: World, reader: Visitor):
    world.event()
    assert reader.opens("/e/river/record").links["Download verify.py"] == "/-/verify.py"
    answer = reader.asks("/-/verify.py")
    assert answer.data == Path(verify.__file__).read_bytes()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert reader.asks("/-/verify.py", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_every_page_and_feed_of_an_event_names_where_the_history_ends(world: World, reader: Visitor):
    event = world.event()
    ada = world.member(event, "editor")
    minutes = world.draft(event, "Minutes", slug="minutes")
    world.publishes(ada, minutes, "One.\n", "The first.")
    assert "The public history ends with" not in reader.opens("/e/river").text
    world.publishes(ada, minutes, "Two.\n", "The second.")
    first, second = world.writes_down(event)
    writer = world.signed_in(ada)
    texts = ("/minutes", "/minutes/history", "/minutes/live", "/-/write/minutes")
    for path in ("", "/record", "/-/promise", "/-/rule", *texts):
        page = writer.opens("/e/river" + path)
        assert f"The public history ends with {second[:12]}" in page.text, path
        assert page.links[second[:12]] == "/e/river/record"
    for path in ("/e/river/feed.atom", "/e/river/minutes/feed.atom"):
        feed = feedparser.parse(reader.asks(path).data)
        assert f"The public history ends with {second[:12]}" in [link.get("title") for link in feed.feed.links]
        newest, earlier = (entry.content[0].value for entry in feed.entries)
        assert second[:12] in newest and first[:12] in earlier
    assert "The public history ends" not in reader.opens("/").text


def test_a_post_waits_for_the_commit_and_ends_with_its_first_seven_characters(world: World):
    event = world.event()
    ada = world.member(event, "editor")
    minutes = world.draft(event, "Minutes", slug="minutes")
    first = world.publishes(ada, minutes, "One.\n", "The first.")
    with world.services.database.read() as session:
        assert announcing.describe(session, first.id) is None
    (commit_id,) = world.writes_down(event)
    world.publishes(ada, minutes, "Two.\n", "The second.")
    world.writes_down(event)
    with world.services.database.read() as session:
        said = announcing.describe(session, first.id)
    assert said is not None
    for place in (UNLIMITED, BLUESKY, MASTODON):
        assert fitted(said, place).split("\n")[-1] == commit_id[:7], "the release's own commit, not the tip"


def test_a_page_that_is_kept_names_only_what_never_changes(world: World, reader: Visitor):
    event = world.event()
    ada = world.member(event, "editor")
    minutes = world.draft(event, "Minutes", slug="minutes")
    for text in ("One.\n", "Two.\n"):
        world.publishes(ada, minutes, text, "A change.")
    first, second = world.writes_down(event)
    before = reader.asks("/e/river/minutes/1")
    assert "immutable" in before.headers["Cache-Control"] and second[:12] not in before.text
    assert f"This version is {first[:12]} in the public history." in reader.opens("/e/river/minutes/1").text
    assert f"Version 2 is {second[:12]} in the public history." in reader.opens("/e/river/minutes/1..2").text
    world.publishes(ada, world.draft(event, "Benches", slug="benches"), "Oak.\n", "The first.")
    world.writes_down(event)
    assert reader.asks("/e/river/minutes/1").headers["ETag"] == before.headers["ETag"]
    assert "public history ends" not in world.signed_in(ada).opens("/e/river/-/shell/minutes").text


def test_the_history_in_one_file_is_checked_and_cloned_as_the_page_says(served: World, tmp_path: Path):
    for name in ("git", "curl", "ssh-keygen"):
        needs.program(name, remedy=f"On Debian: apt install git curl openssh-client ({name} is in one of them)")
    event = served.event()
    ada = served.member(event, "editor")
    assert served.visitor().asks("/e/river/record.bundle").status_code == 404
    served.publishes(ada, served.draft(event, "Minutes", slug="minutes"), "One.\n", "The first.")
    services, settings = served.services, served.services.settings
    (tip,) = projection.project(services.database, settings.repo_store, services.signer, event.id)
    bundling.make(settings.repo_store, settings.parcels, "river", services.signer)
    page = served.visitor().opens("/e/river/record")
    said = re.search(r'aria-label="How to check the file"><code>(.*?)</code>', page.source, re.DOTALL)
    assert said is not None
    url = settings.base_url + "/.well-known/allowed_signers"
    commands = f"curl -o allowed_signers {url}\n{html.unescape(said[1])}\nsha256sum record.bundle"
    home = {"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["sh", "-ec", commands], cwd=tmp_path, env=home, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert 'Good "file" signature' in done.stdout
    assert done.stdout.split()[-2] in page.source, "the SHA-256 is the one that is stated"
    cloned = ["git", "-C", "from-the-file", "rev-parse", "HEAD"]
    assert subprocess.run(cloned, cwd=tmp_path, capture_output=True, text=True).stdout.strip() == tip


def test_the_file_is_not_sent_again_to_who_has_it(world: World, reader: Visitor):
    event = world.event()
    world.publishes(world.member(event, "editor"), world.draft(event, "Minutes", slug="minutes"), "One.\n", "First.")
    services, settings = world.services, world.services.settings
    projection.project(services.database, settings.repo_store, services.signer, event.id)
    bundling.make(settings.repo_store, settings.parcels, "river", services.signer)
    first = reader.asks("/e/river/record.bundle")
    assert first.data.startswith(b"# v2 git bundle")
    assert reader.asks("/e/river/record.bundle", If_None_Match=first.headers["ETag"]).status_code == 304
    with services.database.write() as session:
        opening.hide(session, event.id, hidden=True, at=now())
    assert reader.asks("/e/river/record.bundle").status_code == 404, "taken down with the event"
    assert reader.asks("/e/river/record.bundle.sig").status_code == 404


def test_a_history_that_is_kept_back_is_no_suspicion(served: World):
    event = served.event()
    minutes = served.draft(event, "Minutes", slug="minutes")
    served.publishes(served.member(event, "editor"), minutes, "One.\n", "The first.")
    served.writes_down(event)
    address = f"{served.services.settings.base_url}/e/river"
    assert verify.examine(address).problems == []
    with served.services.database.write() as session:
        session.get_one(Draft, minutes.id).hidden = now()
    with pytest.raises(verify.CannotCheck, match="The site withholds its history for now. It says: .* looked into"):
        verify.examine(address)
    page = served.visitor().opens("/e/river/record")
    assert "cannot be copied right now" in page.text and "Copies from before stay good" in page.text


def test_before_the_first_version_the_history_is_empty_and_says_so(world: World, reader: Visitor):
    world.event()
    page = reader.opens("/e/river/record")
    assert "the history is still empty" in page.text


def test_nobody_can_push(world: World, reader: Visitor):
    world.event()
    answer = reader.asks("/e/river/record.git/info/refs?service=git-receive-pack")
    assert answer.status_code == 403
    assert reader.asks("/e/river/record.git/info/refs").status_code == 403


def test_a_bomb_in_a_clone_request_is_refused(world: World, reader: Visitor):
    world.event()
    bomb = gzip.compress(b"0" * 50_000_000)
    answer = reader._client.post("/e/river/record.git/git-upload-pack", data=bomb, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413

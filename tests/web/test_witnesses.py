"""Everybody sees who holds the history; who runs the event adds, pauses and removes copies, and no token is shown."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drafting.config import Settings
from drafting.db import now
from drafting.events.models import Event
from drafting.publishing.vault import Vault
from drafting.witnesses.authority import Authority
from drafting.witnesses.copying import Copier
from drafting.witnesses.stamping import Stamper
from tests.web.visitor import Visitor
from tests.web.world import World
from tests.witnesses.authority_server import TimeStampAuthority, authority, openssl
from tests.witnesses.far_side import TOKEN, FarSide, far_side

WITNESSES, MIRRORS = "/e/river/-/witnesses", "/e/river/-/mirrors"


@pytest.fixture
def far(tmp_path: Path) -> Iterator[FarSide]:
    with far_side(tmp_path / "far") as far:
        yield far


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampAuthority]:
    with authority(tmp_path_factory.mktemp("tsa") / "here") as made:
        yield made


@pytest.fixture
def settings(settings: Settings, tsa: TimeStampAuthority) -> Settings:
    """An installation that trusts its facilitators and has an authority."""
    named = replace(settings, timestamp_authority=tsa.url, timestamp_roots=tsa.roots)
    return replace(named, allow_private_webhooks=True)


def publishes(world: World, event: Event) -> None:
    ada = world.member(event, "editor")
    world.publishes(ada, world.draft(event, "Minutes", slug="minutes"), "One.", "The first.")
    world.worker_follows()


def vault(world: World) -> Vault:
    return world.services.vault


def copies(world: World) -> None:
    store = world.services.settings.repo_store
    Copier(world.services.database, store, vault(world), allow_private=True, patience_s=60).copy_due(now())


def stamps(world: World) -> None:
    found = Authority.of(world.services.settings)
    Stamper(world.services.database, found, patience_s=60).stamp_due(now())


def test_a_copy_is_added_shown_paused_and_removed(
    world: World, event: Event, fay: Visitor, reader: Visitor, far: FarSide
) -> None:
    publishes(world, event)
    assert "No copy is kept elsewhere yet" in reader.opens(WITNESSES).text
    fay.opens(MIRRORS)
    page = fay.presses("Add the copy", address=far.repository(), token=TOKEN)
    assert "The copy is begun." in page.text
    assert "1 version behind since" in reader.opens(WITNESSES).text
    copies(world)
    page = reader.opens(WITNESSES)
    assert "It has every version." in page.text
    assert far.url in page.source
    assert TOKEN not in page.source
    assert TOKEN not in fay.opens(MIRRORS).source
    address = f"{far.url}/copy.git"
    assert "Paused since" in fay.presses(f"Pause {address}").text
    assert "It goes on now." in fay.presses(f"Go on with {address}").text
    assert "Remove this copy?" in fay.follows(f"Remove {address} …").text
    assert "Nothing more is sent there." in fay.presses("Remove the copy").text
    assert far.url not in reader.opens(WITNESSES).source
    assert far.commits(), "what is there stays"


def test_everybody_sees_that_somebody_changed_a_copy(
    world: World, event: Event, fay: Visitor, reader: Visitor, far: FarSide
) -> None:
    publishes(world, event)
    fay.opens(MIRRORS)
    fay.presses("Add the copy", address=far.repository(), token=TOKEN)
    theirs = far.is_changed_by_somebody()
    copies(world)
    page = reader.opens(WITNESSES)
    assert f"Somebody has changed the copy at {far.url}/copy.git" in page.text
    assert theirs in page.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"address": "ftp://x.example/y"}, "Give the full address for git"),
        ({"address": "https://user:secret@x.example/y.git"}, "Give the full address for git"),
        ({"address": "https://x.example/y.git?token=1"}, "Give the full address for git"),
        ({"address": "ext::sh -c id"}, "Give the full address for git"),
        ({"address": "--upload-pack=id"}, "Give the full address for git"),
        ({"address": "https://x.example"}, "Give the full address for git"),
        ({"address": "https://[::1/y"}, "Give the full address for git"),
        ({"address": "https://x.example/" + "y" * 600}, "This is too long"),
        ({"address": "https://x.example/y.git", "token": "two words"}, "A token has letters and digits"),
        ({"address": "https://x.example/y.git", "token": "t", "user": "a:b"}, "This name cannot go with a token"),
    ],
)
def test_what_cannot_be_an_address_or_a_token_is_refused(fay: Visitor, typed: dict[str, str], words: str) -> None:
    fay.opens(MIRRORS)
    page = fay.presses("Add the copy", **typed)
    assert page.status == 422
    assert words in page.text
    assert "secret" not in page.text


def test_an_address_that_does_not_answer_is_not_kept(fay: Visitor, far: FarSide) -> None:
    fay.opens(MIRRORS)
    page = fay.presses("Add the copy", address=far.repository(), token="wrong-token")
    assert (page.status, "It does not accept the token" in page.text) == (422, True)
    assert "wrong-token" not in page.source
    assert "Look again now" not in page.text
    fay.presses("Add the copy", address=f"{far.url}/copy.git", token=TOKEN)
    again = fay.presses("Add the copy", address=f"{far.url}/copy.git", token=TOKEN)
    assert (again.status, "to this address already" in again.text) == (409, True)


def test_only_who_runs_the_event_changes_its_copies(
    world: World, event: Event, fay: Visitor, reader: Visitor, far: FarSide
) -> None:
    assert reader.opens(MIRRORS).status == 401
    editor = world.signed_in(world.member(event, "editor"))
    assert editor.opens(MIRRORS).status == 403
    fay.opens(MIRRORS)
    fay.presses("Add the copy", address=far.repository(), token=TOKEN)
    token = editor.opens("/join").forms[0].fields["csrf_token"]
    for act in ("pause", "resume", "again", "remove"):
        assert editor.posts(f"{MIRRORS}/1/{act}", csrf_token=token).status == 403
    other = world.event("Another", slug="another")
    stranger = world.signed_in(world.member(other, "facilitator"))
    token = stranger.opens("/e/another/-/mirrors").forms[0].fields["csrf_token"]
    assert stranger.posts("/e/another/-/mirrors/1/pause", csrf_token=token).status == 404
    assert stranger.opens("/e/another/-/mirrors/1/remove").status == 404


def test_a_stranger_checks_a_stamp_with_the_commands_of_the_page(
    world: World, event: Event, reader: Visitor, tmp_path: Path
) -> None:
    publishes(world, event)
    assert "None yet." in reader.opens(WITNESSES).text
    stamps(world)
    page = reader.opens(WITNESSES)
    assert "1 version was there" in page.text
    assert page.links["Stamp 1"] == "/e/river/-/timestamps/1.tsr"
    (tmp_path / "1.tsr").write_bytes(reader.asks("/e/river/-/timestamps/1.tsr").data)
    (tmp_path / "roots.pem").write_bytes(reader.asks("/-/timestamp-roots.pem").data)
    line = next(line for line in page.source.splitlines() if line.startswith("printf %s "))
    (tmp_path / "tip").write_text(line.split()[2])
    said = openssl(
        "ts", "-verify", "-data", tmp_path / "tip", "-in", tmp_path / "1.tsr", "-CAfile", tmp_path / "roots.pem"
    )
    assert "Verification: OK" in said
    assert reader.asks("/e/river/-/timestamps/2.tsr").status_code == 404


def test_a_stamp_that_does_not_come_is_said(
    world: World, event: Event, reader: Visitor, tsa: TimeStampAuthority
) -> None:
    publishes(world, event)
    gone = Authority("http://127.0.0.1:1/tsa", tsa.roots)
    Stamper(world.services.database, gone, patience_s=60).stamp_due(now())
    page = reader.opens(WITNESSES)
    assert "A stamp is waiting. It could not be reached." in page.text
    assert reader.asks("/e/river/-/timestamps/1.tsr").status_code == 404

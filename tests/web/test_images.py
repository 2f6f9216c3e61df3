"""Pictures of an event: taken in, shown, listed and removed; and everything that is not taken in."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from drafting.config import Limits, Settings
from drafting.db import now
from drafting.events import opening
from drafting.events.models import Event
from tests.events import albums
from tests.product import running
from tests.web.visitor import Visitor
from tests.web.world import World

HERE = "/e/river/-/images"
PHOTO = albums.photograph()


@pytest.fixture
def bob(world: World, event: Event) -> Visitor:
    return world.signed_in(world.member(event, "drafter", "Bob"))


def file(data: bytes, name: str = "IMG_0001.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def uploads(visitor: Visitor, data: bytes, name: str = "IMG_0001.jpg", path: str = HERE) -> TestResponse:
    """What the editor's script sends."""
    token = visitor.opens(HERE).forms[0].fields["csrf_token"]
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    return visitor._client.post(path, data={"picture": file(data, name)}, headers=headers)


def kept_files(world: World) -> list[Path]:
    return [path for path in world.services.settings.images.rglob("*") if path.is_file()]


def test_a_picture_goes_in_and_everybody_sees_it(world: World, bob: Visitor, reader: Visitor) -> None:
    answer = uploads(bob, PHOTO)
    assert answer.status_code == 201
    address = answer.json["address"]
    assert address.startswith(f"{HERE}/") and address.endswith(".jpeg#640x480")
    shown = reader.asks(address.partition("#")[0])
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert albums.PLACE not in shown.data and b"Exif" not in shown.data
    assert shown.data == kept_files(world)[0].read_bytes()


def test_a_picture_that_never_changes_is_asked_for_once(bob: Visitor, reader: Visitor) -> None:
    address = uploads(bob, PHOTO).json["address"].partition("#")[0]
    first = reader.asks(address)
    assert "immutable" in first.headers["Cache-Control"] and "private" in first.headers["Cache-Control"]
    assert reader.asks(address, If_None_Match=first.headers["ETag"]).status_code == 304


def test_pictures_of_a_hidden_event_are_for_those_who_run_it(
    world: World, event: Event, bob: Visitor, reader: Visitor
) -> None:
    address = uploads(bob, PHOTO).json["address"].partition("#")[0]
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    with world.services.database.write() as session:
        opening.hide(session, event.id, hidden=True, at=now())
    assert reader.asks(address).status_code == bob.asks(address).status_code == 404
    seen = fay.asks(address)
    assert seen.status_code == 200 and seen.headers["Cache-Control"] == "no-store"


def test_a_picture_goes_in_without_script_and_the_page_says_what_to_type(bob: Visitor) -> None:
    bob.opens(HERE)
    page = bob.presses("Store it", picture=file(PHOTO), shows="The [old] bridge `at` dusk")
    assert page.status == 200 and page.title.startswith("Pictures")
    assert "![The \\[old\\] bridge \\`at\\` dusk](/e/river/-/images/" in page.text
    assert "640 × 480 pixels" in page.text
    assert 'width="640" height="480"' in page.source


@pytest.mark.parametrize("shows", ["", "   ", "x" * 501])
def test_a_picture_without_words_is_asked_for_them(world: World, bob: Visitor, shows: str) -> None:
    bob.opens(HERE)
    page = bob.presses("Store it", picture=file(PHOTO), shows=shows)
    assert page.status == 422
    assert "say what the picture shows" in page.text or "too long" in page.text
    assert kept_files(world) == []


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (PHOTO[:2000], 422, "damaged"),
        (b"", 422, "choose a picture"),
        (albums.SVG, 422, "SVG"),
        (b"<html><script>alert(1)</script>", 422, "not a picture"),
        (albums.bomb(), 413, "pixels"),
        (PHOTO + b"\0" * (5 * 1024 * 1024), 413, "at most 5 MB"),
        (b"\xff\xd8\xff" + b"\0" * (6 * 1024 * 1024), 413, ""),
    ],
)
def test_what_is_not_taken_in_is_refused_in_words_and_leaves_nothing(
    world: World, bob: Visitor, data: bytes, status: int, words: str
) -> None:
    answer = uploads(bob, data)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert words in answer.json["detail"]
    assert kept_files(world) == []
    bob.opens(HERE)
    page = bob.presses("Store it", picture=file(data), shows="A bridge")
    assert page.status == status and words in page.text


def test_a_name_that_lies_decides_nothing(world: World, bob: Visitor) -> None:
    png = uploads(bob, albums.saved(albums.drawn(), "PNG"), "holiday.jpg").json["address"]
    assert ".png#" in png
    page = uploads(bob, albums.two_faced(), "../../../../static/page.html").json["address"]
    assert ".png#" in page
    assert b"script" not in bob.asks(page.partition("#")[0]).data
    folder = world.services.settings.images
    assert {path.parent.parent for path in kept_files(world)} == {folder}


def test_only_the_drafting_team_of_this_event_adds_pictures(world: World, event: Event, bob: Visitor) -> None:
    other = world.event("Another", slug="other")
    cy = world.signed_in(world.member(event, "contributor", "Cy"))
    eve = world.signed_in(world.member(other, "drafter", "Eve"))
    assert world.visitor().posts(HERE, picture=file(PHOTO)).status == 400, "without the page's token"
    for visitor, status in ((cy, 403), (eve, 403), (world.visitor(), 401)):
        assert visitor.opens(HERE).status == status
    assert uploads(bob, PHOTO, path="/e/other/-/images").status_code == 403
    assert uploads(bob, PHOTO, path="/e/nowhere/-/images").status_code == 404
    assert kept_files(world) == []


def test_another_site_cannot_make_a_browser_add_or_remove_pictures(world: World, event: Event, bob: Visitor) -> None:
    assert bob.posts(HERE, picture=file(PHOTO), shows="A bridge").status == 400
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    address = uploads(bob, PHOTO).json["address"].partition("#")[0]
    assert fay.posts(f"{address}/remove").status == 400
    assert fay.asks(address).status_code == 200


def test_no_path_leads_anywhere_else(world: World, event: Event, bob: Visitor, reader: Visitor) -> None:
    address = uploads(bob, PHOTO).json["address"].partition("#")[0]
    name = address.rpartition("/")[2]
    world.event("Another", slug="other")
    for path in (
        f"/e/other/-/images/{name}",
        address.replace(".jpeg", ".png"),
        address.replace(".jpeg", ".html"),
        address.replace(".jpeg", ""),
        f"{HERE}/{name.upper()}",
        f"{HERE}/..%2f..%2fkeys%2fsession",
        f"{HERE}/../../../../keys/session",
        f"{HERE}/%00{name}",
        f"{HERE}/{'a' * 64}.jpeg",
        f"{HERE}/{event.id}/{name}",
    ):
        assert reader.asks(path).status_code == 404, path


def test_a_closed_event_takes_no_more_pictures(world: World, event: Event, bob: Visitor) -> None:
    token = bob.opens(HERE).forms[0].fields["csrf_token"]
    with world.services.database.write() as session:
        session.get_one(Event, event.id).state = "closed"
    assert bob.posts(HERE, csrf_token=token, picture=file(PHOTO), shows="A bridge").status == 403
    assert kept_files(world) == []


def test_who_runs_the_event_removes_a_picture_for_good(world: World, event: Event, bob: Visitor) -> None:
    address = uploads(bob, PHOTO).json["address"].partition("#")[0]
    fay = world.signed_in(world.member(event, "facilitator", "Fay"))
    assert "Remove picture 1" not in str(bob.opens(HERE).forms)
    token = bob.page.forms[0].fields["csrf_token"]
    assert bob.posts(f"{address}/remove", csrf_token=token).status == 403
    fay.opens(HERE)
    page = fay.presses("Remove picture 1")
    assert "The picture is removed" in page.text and "There is none yet" in page.text
    assert fay.asks(address).status_code == 404
    assert kept_files(world) == []


def test_a_missing_file_is_not_found_and_breaks_nothing(world: World, bob: Visitor) -> None:
    address = uploads(bob, PHOTO).json["address"].partition("#")[0]
    kept_files(world)[0].unlink()
    assert bob.asks(address).status_code == 404
    assert bob.opens(HERE).status == 200


def test_an_event_has_room_for_so_many_bytes(settings: Settings) -> None:
    world = World(replace(settings, limits=Limits(images_bytes_per_event=len(PHOTO))))
    bob = world.signed_in(world.member(world.event(), "drafter", "Bob"))
    assert uploads(bob, PHOTO).status_code == 201
    answer = uploads(bob, albums.photograph(641))
    assert answer.status_code == 413 and "remove some" in answer.json["detail"]


def test_only_so_many_pictures_go_in_a_minute(bob: Visitor) -> None:
    token = bob.opens(HERE).forms[0].fields["csrf_token"]
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    answers = [bob._client.post(HERE, headers=headers).status_code for _ in range(62)]
    assert answers[0] == 422 and answers[-1] == 429


def test_the_real_door_lets_pictures_in_and_nothing_else_of_that_size(tmp_path: Path) -> None:
    with running(tmp_path) as product:
        large, largest = b"x" * (3 * 1024 * 1024), b"x" * (6 * 1024 * 1024)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert product.http("POST", "/join", body=large, headers=form)[0] == 413
        status, words, _ = product.http("POST", "/e/river/-/images", body=large, headers=form)
        assert status == 400 and b"page" in words, "it came in, and was no form of ours"
        status, words, _ = product.http("POST", "/e/river/-/images", body=largest, headers=form)
        assert status == 413 and b"at most 5 MB" in words


def test_a_picture_without_description_is_named_before_it_is_put_forward(world: World, event: Event) -> None:
    ada, draft = world.member(event, "editor", "Ada"), world.draft(event, "Minutes", slug="minutes")
    visitor = world.signed_in(ada)
    address = uploads(visitor, PHOTO).json["address"]
    world.writes(ada, draft, f"# Minutes\n\n![]({address})\n")
    page = visitor.opens("/e/river/-/put-forward/minutes")
    assert "A picture says nothing to people who cannot see it." in page.text
    assert address.partition("#")[0] in page.text
    page = visitor.presses("Put forward", summary="First.")
    assert page.path.startswith("/e/river/-/proposals/") and "A picture says nothing" in page.text
    world.writes(ada, draft, f"# Minutes\n\n![The bridge]({address})\n")
    page = visitor.opens("/e/river/-/put-forward/minutes")
    assert "says nothing" not in page.text
    assert 'alt="The bridge"' in page.source


def test_a_published_page_shows_the_picture_and_the_markdown_names_it(
    world: World, event: Event, reader: Visitor
) -> None:
    ada, draft = world.member(event, "editor", "Ada"), world.draft(event, "Minutes", slug="minutes")
    address = uploads(world.signed_in(ada), PHOTO).json["address"]
    text = f"# Minutes\n\n![The bridge]({address})\n"
    world.publishes(ada, draft, text, "First.")
    page = reader.opens("/e/river/minutes")
    shown = '<img src="{}" alt="The bridge" loading="lazy" width="640" height="480">'
    assert shown.format(address.partition("#")[0]) in page.source
    assert reader.opens("/e/river/minutes/1.md").source == text
    world.publishes(ada, draft, "# Minutes\n", "Without.")
    assert "Picture removed: The bridge." in reader.opens("/e/river/minutes/1..2").text

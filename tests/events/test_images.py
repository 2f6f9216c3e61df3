"""What is left of a picture when it is stored, and where."""

import io
import threading
from pathlib import Path

import pytest
from PIL import Image as Opened
from PIL import ImageCms

from drafting.db import Database, now
from drafting.errors import Invalid, NotFound, TooLarge
from drafting.events import images, opening
from drafting.events.models import Event, Image
from drafting.events.opening import Particulars
from drafting.events.stripping import LONGEST, Picture, strip
from tests.events import albums

MOST = 50_000_000


def stripped(data: bytes) -> Picture:
    return strip(data, MOST)


def opened(picture: Picture) -> Opened.Image:
    return Opened.open(io.BytesIO(picture.data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_the_place_the_camera_and_the_person_is_left(kind: str) -> None:
    data = albums.photograph(kind=kind)
    assert albums.PLACE in data or kind == "PNG", "the picture told where it was taken"
    assert Opened.open(io.BytesIO(data)).getexif().get_ifd(0x8825), "the picture had coordinates"
    picture = stripped(data)
    image = opened(picture)
    assert not image.getexif() and not image.getexif().get_ifd(0x8825)
    assert not {"exif", "xmp", "comment", "icc_profile", "XML:com.adobe.xmp"} & set(image.info)
    for trace in (albums.PLACE, b"Exif", b"http://ns.adobe.com", b"xmpmeta", b"Tattle", b"eXIf"):
        assert trace not in picture.data


def test_a_picture_taken_sideways_stands_upright() -> None:
    picture = stripped(albums.photograph(640, 480, orientation=6))
    assert (picture.width, picture.height) == (480, 640)
    red, green, _ = opened(picture).convert("RGB").getpixel((460, 20))
    assert red > 180 and green < 80, "the corner that was top left is top right"


def test_a_large_picture_is_made_as_large_as_it_is_shown() -> None:
    picture = stripped(albums.photograph(4000, 1000))
    assert (picture.width, picture.height) == opened(picture).size == (LONGEST, 500)
    assert stripped(albums.photograph(300, 200)).width == 300, "a small one is not blown up"


def test_what_a_picture_is_decides_and_not_what_it_is_called() -> None:
    kinds = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp", "GIF": "png"}
    for kind, ours in kinds.items():
        picture = stripped(albums.saved(albums.drawn(), kind))
        assert picture.kind == ours
        assert opened(picture).format == ours.upper()


def test_a_picture_that_moves_stands_still() -> None:
    frames = [albums.drawn(80, 60), Opened.new("RGB", (80, 60), "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        moving = albums.saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
        image = opened(stripped(moving))
        assert getattr(image, "n_frames", 1) == 1
        assert image.convert("RGB").getpixel((2, 2))[0] > 180, "the first of them is kept"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "RGB"])
def test_every_way_of_storing_colours_is_read(mode: str) -> None:
    image = Opened.new(mode, (60, 40)) if mode == "I;16" else albums.drawn(60, 40).convert(mode)
    picture = stripped(albums.saved(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert opened(picture).mode in ("L", "RGB", "RGBA")


def test_transparency_stays_and_is_not_made_up() -> None:
    glass = Opened.new("RGBA", (50, 50), (10, 20, 30, 40))
    assert opened(stripped(albums.saved(glass, "PNG"))).getpixel((5, 5)) == (10, 20, 30, 40)
    solid = Opened.new("RGBA", (50, 50), (10, 20, 30, 255))
    assert opened(stripped(albums.saved(solid, "PNG"))).mode == "RGB"


def test_colours_are_those_that_the_camera_meant() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    plain = albums.saved(albums.drawn(), "PNG")
    profiled = albums.saved(albums.drawn(), "PNG", icc_profile=lab.tobytes())
    damaged = albums.saved(albums.drawn(), "PNG", icc_profile=b"nonsense" * 20)
    pixels = {opened(stripped(data)).getpixel((5, 5)) for data in (plain, profiled, damaged)}
    assert pixels == {(220, 20, 20)}


def test_a_photograph_in_the_wrong_format_is_not_a_load_for_readers() -> None:
    noise = Opened.effect_noise((1200, 1200), 90).convert("RGB")
    data = albums.saved(noise, "PNG")
    picture = stripped(data)
    assert picture.kind == "webp" and len(picture.data) < len(data) / 2


def test_a_page_hidden_in_a_picture_is_gone() -> None:
    assert b"script" in albums.two_faced()
    assert b"script" not in stripped(albums.two_faced()).data


WHOLE = albums.photograph()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a picture"),
        (b"\0" * 5000, "not a picture"),
        (WHOLE[: len(WHOLE) // 2], "damaged"),
        (WHOLE[:30], "damaged"),
        (albums.saved(albums.drawn(), "PNG")[:-200], "damaged"),
        (albums.saved(albums.drawn(), "WEBP")[:-200], "damaged"),
        (albums.saved(albums.drawn(), "GIF")[:300], "damaged"),
        (albums.SVG, "SVG"),
        (b"<html><script>alert(1)</script></html>", "not a picture"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 400, "HEIC"),
        (albums.saved(albums.drawn(), "BMP"), "not a picture"),
        (albums.saved(albums.drawn(), "TIFF"), "not a picture"),
        (b"%PDF-1.7\n" + b"x" * 500, "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        stripped(data)
    assert words in refusal.value.message


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_unfolds_to_gigabytes_is_never_unfolded() -> None:
    for side in (10_000, 15_000, 50_000):
        with pytest.raises(TooLarge, match="pixels"):
            stripped(albums.bomb(side))


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_any_byte_may_be_wrong() -> None:
    """Whatever comes: a picture or a refusal, and no other error."""
    for whole in (albums.photograph(64, 48), albums.saved(albums.drawn(64, 48), "PNG"), albums.two_faced()):
        for at in range(0, min(len(whole), 900), 3):
            hurt = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
            try:
                assert stripped(hurt).width > 0
            except (Invalid, TooLarge) as refusal:
                assert refusal.message


@pytest.fixture
def event(database: Database) -> Event:
    with database.write() as session:
        return opening.open_event(session, Particulars(title="River"), slug="river", by=None, at=now())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "images"


def stores(database: Database, folder: Path, event: Event, data: bytes, most_bytes: int = 10_000_000) -> Image:
    picture = stripped(data)
    with images.laid_aside(folder, event.id, picture) as aside, database.write() as session:
        return images.keep(session, aside, picture, event_id=event.id, by=None, at=now(), most_bytes=most_bytes)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_the_same_picture_twice_is_one_file(database: Database, folder: Path, event: Event) -> None:
    first = stores(database, folder, event, WHOLE)
    assert stores(database, folder, event, WHOLE).id == first.id
    assert files(folder) == [images.file_of(folder, first)]
    assert files(folder)[0].read_bytes() == stripped(WHOLE).data
    assert images.address(event, first) == f"/e/river/-/images/{first.digest}.jpeg#640x480"


def test_the_same_picture_from_many_at_once_is_one_file(database: Database, folder: Path, event: Event) -> None:
    found: list[int] = []
    people = [
        threading.Thread(target=lambda: found.append(stores(database, folder, event, WHOLE).id)) for _ in range(6)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(found) == 6 and len(set(found)) == 1
    assert len(files(folder)) == 1


def test_an_event_has_room_for_so_many_pictures_and_a_refused_one_leaves_nothing(
    database: Database, folder: Path, event: Event
) -> None:
    kept = stores(database, folder, event, WHOLE)
    with pytest.raises(TooLarge, match="remove some"):
        stores(database, folder, event, albums.photograph(641), most_bytes=kept.size_bytes + 100)
    assert stores(database, folder, event, WHOLE, most_bytes=kept.size_bytes).id == kept.id
    assert files(folder) == [images.file_of(folder, kept)]


def test_a_removed_picture_is_gone_from_disk(database: Database, folder: Path, event: Event) -> None:
    kept = stores(database, folder, event, WHOLE)
    name = f"{kept.digest}.{kept.kind}"
    with database.write() as session:
        images.remove(session, folder, event.id, name)
    assert files(folder) == []
    with database.read() as session, pytest.raises(NotFound):
        images.find(session, event.id, name)
    again = stores(database, folder, event, WHOLE)
    assert images.file_of(folder, again).is_file()


def test_missing_files_are_noticed(database: Database, folder: Path, event: Event) -> None:
    kept = images.file_of(folder, stores(database, folder, event, WHOLE))
    with database.read() as session:
        assert images.damaged(session, folder) == []
        kept.write_bytes(b"short")
        assert images.damaged(session, folder) == [kept]
        kept.unlink()
        assert images.damaged(session, folder) == [kept]


@pytest.mark.parametrize("name", ["", "..", "../../keys/session", "a" * 64, "a" * 64 + ".svg", "A" * 64 + ".png"])
def test_only_whole_names_name_a_picture(database: Database, event: Event, name: str) -> None:
    with database.read() as session, pytest.raises(NotFound):
        images.find(session, event.id, name)

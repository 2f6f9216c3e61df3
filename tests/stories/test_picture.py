"""Somebody at the event puts a picture into the text; another writer sees it, and nobody learns where it was taken."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Route, expect

from tests import needs
from tests.events import albums
from tests.product import Product, running, until
from tests.stories.test_drafting_table import KEPT

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
HANDED = """([data, kind]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "picture.png", { type: "image/png" }));
  const more = { bubbles: true, cancelable: true };
  const line = [...document.querySelectorAll(".cm-line")].at(-1);
  const { x, y } = line.getBoundingClientRect();
  line.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { ...more, clipboardData: transfer })
    : new DragEvent("drop", { ...more, dataTransfer: transfer, clientX: x + 5, clientY: y + 5 }));
}"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    needs.chromium()
    with running(tmp_path_factory.mktemp("picture")) as product:
        yield product


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As a phone takes it: sideways, and it says where."""
    path = tmp_path_factory.mktemp("camera") / "IMG_2041.jpg"
    path.write_bytes(albums.photograph(3200, 2400, orientation=6))
    return path


def writer(product: Product, context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(product.ways_in()["join"])
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="Start writing").click()
    expect(page.locator("#live-status")).to_contain_text("Saved")
    return page


def at_the_end(page: Page) -> None:
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n")


def scrolled_to(picture: Locator) -> bool:
    """False if it is drawn anew just then."""
    try:
        picture.scroll_into_view_if_needed()
    except Error as error:
        if "not attached" not in str(error):
            raise
        return False
    return True


def clean(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found]


@pytest.mark.timeout(600)
def test_a_picture_goes_in_with_words_and_everybody_sees_it(
    product: Product, browser: Browser, photograph: Path
) -> None:
    bob = writer(product, browser.new_context())
    eve = writer(product, browser.new_context())
    at_the_end(bob)
    bob.get_by_role("button", name="Picture", exact=True).click()
    dialog = bob.get_by_role("dialog", name="Picture")
    dialog.get_by_role("button", name="Put it in").click()
    expect(dialog.get_by_text("Choose a picture first.")).to_be_visible()
    expect(dialog.get_by_text("Say what the picture shows.")).to_be_visible()
    clean(bob)
    dialog.get_by_label("The picture", exact=True).set_input_files(photograph)
    expect(dialog.locator("canvas")).to_be_visible()
    dialog.get_by_role("button", name="Put it in").click()
    expect(dialog.get_by_text("Say what the picture shows.")).to_be_visible()
    dialog.get_by_label("What it shows").fill("The [old] bridge, seen from the rowing club")
    dialog.get_by_role("button", name="Put it in").click()
    expect(dialog).to_be_hidden()
    assert bob.evaluate("document.activeElement.className").startswith("cm-content"), "writing goes on"

    words = "The [old] bridge, seen from the rowing club"
    until(lambda: "from the rowing club" in eve.locator(".cm-content").evaluate(KEPT))
    at_the_end(eve)  # not beside the picture, whose source is shown to who writes there
    for page in (bob, eve):
        picture = page.get_by_role("img", name=words)
        until(lambda p=picture: scrolled_to(p), 20, "the picture does not stay")
        expect(picture).to_be_visible()
        width, height = picture.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
        assert width < height <= 2000, "upright, and no larger than needed"
    expect(eve.locator(".cm-content")).not_to_contain_text("/-/images/")
    clean(eve)
    kept = [path for path in (product.folder / "data" / "images").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert albums.PLACE not in kept[0].read_bytes() and b"Exif" not in kept[0].read_bytes()


@pytest.mark.timeout(600)
def test_without_a_connection_the_dialog_says_so_and_keeps_what_was_typed(
    product: Product, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context()
    bob = writer(product, context)
    drawing, page_of_text = tmp_path / "plan.png", tmp_path / "letter.png"
    drawing.write_bytes(albums.saved(albums.drawn(400, 300), "PNG"))
    page_of_text.write_text("Dear council, " * 50)
    at_the_end(bob)
    bob.get_by_role("button", name="Picture", exact=True).click()
    dialog = bob.get_by_role("dialog", name="Picture")
    dialog.get_by_label("What it shows").fill("The plan")
    dialog.get_by_label("The picture", exact=True).set_input_files(page_of_text)
    dialog.get_by_role("button", name="Put it in").click()
    expect(dialog.get_by_text("This is not a picture, or it is damaged.")).to_be_visible()
    dialog.get_by_label("The picture", exact=True).set_input_files(drawing)
    context.set_offline(True)
    dialog.get_by_role("button", name="Put it in").click()
    expect(dialog.get_by_text("Pictures need a connection")).to_be_visible()
    assert dialog.get_by_label("What it shows").input_value() == "The plan"
    context.set_offline(False)
    dialog.get_by_role("button", name="Put it in").click()
    expect(dialog).to_be_hidden()
    expect(bob.get_by_role("img", name="The plan")).to_be_visible()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_that_is_pasted_or_dropped_is_asked_about(product: Product, browser: Browser, kind: str) -> None:
    bob = writer(product, browser.new_context())
    at_the_end(bob)
    data = base64.b64encode(albums.saved(albums.drawn(200, 100), "PNG")).decode()
    bob.evaluate(HANDED, [data, kind])
    dialog = bob.get_by_role("dialog", name="Picture")
    expect(dialog.locator("canvas")).to_be_visible()
    assert bob.evaluate("document.activeElement.id") == "live-picture-words"
    bob.keyboard.type(f"Handed over by {kind}")
    dialog.get_by_role("button", name="Put it in").click()
    expect(bob.get_by_role("img", name=f"Handed over by {kind}")).to_be_visible()


@pytest.mark.timeout(600)
def test_the_place_of_a_picture_is_kept_free_until_it_arrives(product: Product, browser: Browser) -> None:
    """A writer on a slow line must not lose the line she writes on."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    waiting: list[Route] = []
    context.route("**/-/images/*", lambda route: waiting.append(route))  # the bare method has no name to Playwright
    bob = writer(product, context)
    at_the_end(bob)
    bob.keyboard.type(f"![Far away](/e/river/-/images/{'a' * 64}.jpeg#300x200)\n\n")
    picture = bob.get_by_role("img", name="Far away")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None and box["width"] > 200 and 0.6 < box["height"] / box["width"] < 0.74, box
    until(lambda: waiting)
    for route in waiting:
        route.abort()  # it never comes: its words stand there, and the page is no wider than the phone
    expect(picture).to_be_hidden()
    assert bob.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(bob.locator(".md-picture-words", has_text="Far away")).to_be_visible()

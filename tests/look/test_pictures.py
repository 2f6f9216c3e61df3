"""The pictures of the editor in docs/images show what is there; `python -m tests.look.pictures` takes them anew."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser

from tests.look.pictures import IMAGES, SCENES, stage, take

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SMALL = 10  # letters of another font and a clock are not what is compared
ALIKE = 6.0  # mean difference of a colour, of 255, after that


@pytest.mark.parametrize("name", SCENES)
def test_the_picture_in_the_documents_shows_what_is_there(name: str, browser: Browser, tmp_path: Path):
    with stage(tmp_path / "product", browser) as here:
        now = Image.open(take(here, name, tmp_path)).convert("RGB")
    kept = Image.open(IMAGES / f"{name}.png").convert("RGB")
    assert now.size == kept.size
    difference = ImageStat.Stat(ImageChops.difference(now.reduce(SMALL), kept.reduce(SMALL))).mean
    assert max(difference) < ALIKE, f"take it anew and look at it: {difference}"

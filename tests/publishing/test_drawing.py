"""The picture of a change: of one size, light, and the same bytes wherever it is drawn."""

import hashlib
import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drafting.paths import ROOT
from drafting.publishing.drawing import HEIGHT, MOST_BYTES, WIDTH, draw
from drafting.wording.card import Card, Passage
from drafting.wording.runs import Run
from tests.publishing import samples
from tests.publishing.cards import CARDS

ELSEWHERE = """
import hashlib, json
from drafting.publishing.drawing import draw
from tests.publishing import samples
from tests.publishing.cards import CARDS
print(json.dumps({name: hashlib.sha256(draw(card)).hexdigest() for name, card in CARDS.items()}))
"""


def checked(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
    assert len(png) < MOST_BYTES
    return png


@pytest.mark.parametrize("name", CARDS)
def test_every_card_is_of_the_size_that_feeds_show(name: str) -> None:
    checked(draw(CARDS[name]))


def test_it_is_the_same_bytes_in_another_environment(tmp_path: Path) -> None:
    nothing = tmp_path / "fonts.conf"
    nothing.write_text("<fontconfig></fontconfig>")
    other = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONPATH": str(ROOT),
        "FONTCONFIG_FILE": str(nothing), "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "7",
    }  # fmt: skip
    command = [sys.executable, "-c", ELSEWHERE]
    done = subprocess.run(command, cwd=tmp_path, env=other, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {name: hashlib.sha256(draw(card)).hexdigest() for name, card in CARDS.items()}


def test_several_threads_draw_at_once() -> None:
    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(draw, [CARDS["en"]] * 16))
    assert set(drawn) == {draw(CARDS["en"])}


def test_a_card_that_would_be_heavy_has_fewer_colours() -> None:
    """Every letter is another one, so that nothing can be packed."""
    runs = tuple(Run(("new", "gone")[n % 2], chr(0x4E00 + n * 7) * 2) for n in range(700))  # type: ignore[arg-type]
    checked(draw(_with(runs)))


ODD = st.text(st.characters(codec="utf-8"), max_size=80)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["same", "gone", "new", "gap"]), ODD), max_size=12), ODD)
def test_whatever_people_type_is_drawn(found: list[tuple[str, str]], title: str) -> None:
    runs = tuple(Run(kind, text) for kind, text in found)  # type: ignore[arg-type]
    checked(draw(_with(runs, title)))


def test_a_text_without_end_is_cut_where_a_line_ends() -> None:
    checked(draw(_with((Run("new", "endless " * 5000), Run("gone", "x" * 5000)), "#" * 500)))


def _with(runs: tuple[Run, ...], title: str = "Charter") -> Card:
    return Card(
        title=title, event=title, version="Version 2 · Notes", passages=(Passage(title[:70], runs),), note="",
        counts="12 words added.", standing=title[:110], host="drafts.example.org", language="en", alt="",
    )  # fmt: skip


def test_the_samples_in_the_documents_are_what_is_posted_today() -> None:
    assert samples.PAGE.read_text() == samples.page(), "python -m tests.publishing.samples"
    for language in samples.SHOWN:
        assert (samples.FOLDER / f"{language}.png").read_bytes() == draw(CARDS[language])

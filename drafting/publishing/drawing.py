"""The picture of a change as PNG, set by Typst in our own fonts: the same card is the same bytes everywhere.

What people typed reaches the template as data. Meant for the pool; no files but the template and the fonts are read.
"""

import io
import json
import threading
from functools import lru_cache
from typing import Any

import typst
from PIL import Image

from .. import paths
from ..wording.card import Card
from ..wording.tree import direction
from ..wording.words import pieces

WIDTH, HEIGHT = 1200, 675
MOST_BYTES = 300_000
SIZES = (54, 46, 40, 36)
"""Points for the passages, largest first; on a phone the picture is 340 pixels wide, and 36 becomes ten."""
TITLE_SIZES = ((24, 50), (40, 42), (60, 34), (1000, 27))
"""Up to so many letters, so many points."""
FONTS = (
    "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Tamil",
    "Noto Sans Thai", "Noto Sans Georgian", "Noto Sans Armenian", "Noto Sans Ethiopic", "Noto Sans Khmer",
    "Noto Sans Myanmar", "Noto Sans Lao", "Droid Sans Fallback",
)  # fmt: skip
FEWER_COLOURS = 32
ONE_AT_A_TIME = threading.Lock()
"""The compiler refuses a second thread while one is at work."""
FORM = 1
"""Counts up when the same card would look otherwise, so that what was kept of the old form is not shown."""


class CannotDraw(Exception):
    """The card is of a kind that nobody thought of."""


def draw(card: Card) -> bytes:
    """1200 × 675, under 300 KB. Letters that none of our fonts has are boxes. Raises CannotDraw.

    Safe between threads.
    """
    try:
        with ONE_AT_A_TIME:
            png = _compiler().compile(format="png", ppi=72.0, sys_inputs={"said": json.dumps(_said(card))})
    except typst.TypstError as error:
        raise CannotDraw(str(error)) from error
    return png if len(png) < MOST_BYTES else _lighter(png)


@lru_cache(maxsize=1)
def _compiler() -> Any:
    """Reading the fonts takes longer than drawing."""
    return typst.Compiler(
        str(paths.folder("templates") / "picture" / "change.typ"),
        root=str(paths.folder("templates")),
        font_paths=[str(paths.folder("static") / "fonts")],
        ignore_system_fonts=True,
    )


def _said(card: Card) -> dict[str, Any]:
    passages = [
        {
            "section": passage.section,
            "runs": [{"kind": run.kind, "words": pieces(run.text)} for run in passage.runs if run.text],
        }
        for passage in card.passages
    ]
    return {
        **{name: getattr(card, name) for name in ("title", "event", "version", "note", "counts", "standing", "host")},
        "passages": [passage for passage in passages if passage["runs"]],
        "direction": card.direction,
        "counts_direction": direction(card.counts),
        "standing_direction": direction(card.standing),
        "language": _language(card.language),
        "fonts": list(FONTS),
        "sizes": list(SIZES),
        "title_size": next(size for most, size in TITLE_SIZES if len(card.title) <= most),
    }


def _language(tag: str) -> str:
    """Typst takes two or three letters."""
    first = tag.partition("-")[0].lower()
    return first if first.isascii() and first.isalpha() and len(first) in (2, 3) else "en"


def _lighter(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as picture:
        fewer = picture.convert("RGB").quantize(FEWER_COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    fewer.save(out, "PNG", optimize=True)
    return out.getvalue()

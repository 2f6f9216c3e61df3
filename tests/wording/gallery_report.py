"""What the comparison says about a pair of the gallery, as text that a person can check by eye."""

import re
import sys
from pathlib import Path

from drafting.wording.prose import Comparison, compare
from drafting.wording.sentences import in_words
from drafting.wording.summary import summarise

GALLERY = Path(__file__).parent / "gallery"
HIDDEN = re.compile(r'<span class="vh" dir="ltr">.*?</span>')
SIGNS = {"<ins>": "{+", "</ins>": "+}", "<del>": "[-", "</del>": "-]", "\n": "⏎"}


def names() -> list[str]:
    return sorted(folder.name for folder in GALLERY.iterdir() if folder.is_dir())


def pair(name: str) -> tuple[str, str]:
    return (GALLERY / name / "old.md").read_text("utf-8"), (GALLERY / name / "new.md").read_text("utf-8")


def report(old: str, new: str) -> str:
    comparison = compare(old, new)
    said = "\n".join(in_words(comparison))
    summary = summarise(comparison)
    standing = "trivial" if summary.trivial else "minor" if summary.minor else "worth a post"
    return f"{said}\n\n{pieces(comparison)}\n{standing}: {summary.counts()}\nquote: {summary.quote}\n"


def pieces(comparison: Comparison) -> str:
    """A line for each piece that is not the same."""
    lines = (
        f"{piece.op} {piece.kind}: {' | '.join(map(_signed, piece.cells))}" + (f" ({piece.note})" if piece.note else "")
        for piece in comparison.blocks
        if piece.op != "same"
    )
    return "".join(f"{line}\n" for line in lines)


def _signed(html: str) -> str:
    html = HIDDEN.sub("", html)
    for tag, sign in SIGNS.items():
        html = html.replace(tag, sign)
    return html


if __name__ == "__main__":
    for asked in sys.argv[1:] or names():
        print(f"--- {asked}\n{report(*pair(asked))}")

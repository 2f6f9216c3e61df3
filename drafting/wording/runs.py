"""A changed piece of text as runs of what stayed, went and came, shortened around what changed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

from .prose import Piece
from .words import is_spoken, pieces

Kind = Literal["same", "gone", "new", "gap"]
"""A gap is in no text: it stands between what went and what came."""

AROUND_WORDS = 12
"""Of what stayed, so much is shown beside a change."""
BETWEEN_CELLS = "\u2009·\u2009"
MADE: dict[str, Kind] = {"ins": "new", "del": "gone"}


@dataclass(frozen=True)
class Run:
    kind: Kind
    text: str


def runs(piece: Piece) -> list[Run]:
    """What a piece of a comparison says, with a space between what went and what came in its place."""
    if piece.op in ("added", "moved here"):
        return [Run("new", piece.new_words)]
    if piece.op in ("removed", "moved away"):
        return [Run("gone", piece.old_words)]
    reader = _Reader()
    reader.feed(BETWEEN_CELLS.join(piece.cells))
    reader.close()
    return apart(reader.runs)


def apart(found: Iterable[Run]) -> list[Run]:
    """Single spaces, and one between what went and what came."""
    kept: list[Run] = []
    for run in found:
        text = squeezed(run.text)
        if kept and {kept[-1].kind, run.kind} == {"gone", "new"} and text:
            kept.append(Run("gap", " "))
        if text:
            kept.append(Run(run.kind, text))
    return kept


def near_changes(found: Sequence[Run]) -> list[Run]:
    """Without most of what stayed before the first change, between two, and after the last."""
    last = len(found) - 1
    return [
        run if run.kind != "same" else Run("same", _beside(run.text, first=place == 0, last=place == last))
        for place, run in enumerate(found)
    ]


def shortened(found: Iterable[Run], most: int) -> list[Run]:
    """At most so many words; then it says that there is more."""
    kept: list[Run] = []
    for run in found:
        if most <= 0:
            break
        count = counted(run.text)
        kept.append(run if count <= most else Run(run.kind, f"{_first(pieces(run.text), most)} …"))
        most -= count
    return kept


def counted(text: str) -> int:
    return sum(map(is_spoken, pieces(text)))


def squeezed(text: str) -> str:
    """Single spaces; one at an edge stays."""
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + words + (" " if text[-1].isspace() else "")


def _beside(text: str, *, first: bool, last: bool) -> str:
    words = pieces(text)
    if sum(map(is_spoken, words)) <= AROUND_WORDS * (1 if first or last else 2):
        return text
    before = "" if first else _first(words, AROUND_WORDS)
    after = "" if last else "".join(reversed(_until(list(reversed(words)), AROUND_WORDS))).strip()
    lead, tail = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return f"{lead}{before}{' ' if before else ''}…{' ' if after else ''}{after}{tail}"


def _first(words: Sequence[str], count: int) -> str:
    return "".join(_until(words, count)).strip()


def _until(words: Sequence[str], count: int) -> list[str]:
    kept: list[str] = []
    for word in words:
        count -= is_spoken(word)
        if count < 0:
            break
        kept.append(word)
    return kept


class _Reader(HTMLParser):
    """The words of a safe piece of HTML with <ins> and <del>; what is only read aloud is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self._inside: list[Kind] = []
        self._aloud = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span" and (self._aloud or ("class", "vh") in attrs):
            self._aloud += 1
        elif tag in MADE:
            self._inside.append(MADE[tag])
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._aloud:
            self._aloud -= 1
        elif tag in MADE and self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._aloud:
            return
        kind: Kind = self._inside[-1] if self._inside else "same"
        if self.runs and self.runs[-1].kind == kind:
            self.runs[-1] = Run(kind, self.runs[-1].text + data)
        else:
            self.runs.append(Run(kind, data))

"""How well a difference reads: how much it marks, and which passages it takes for one another that are not.

All engines get the same blocks of the gallery's pairs. Which old block became which new one is what a person agreed to
in `tests/wording/gallery`. A wrong pairing is an old and a new block that did not become each other and yet share words
that the engine left unmarked.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drafting.wording.blocks import Block, blocks
from drafting.wording.pairing import pair
from drafting.wording.prose import compare
from drafting.wording.regrouping import regroup

Stretch = tuple[int, str]
"""-1 went, 0 stayed, 1 came; and the words."""
HIDDEN = re.compile(r'<span class="vh" dir="ltr">.*?</span>')
MARKED = re.compile(r"<(ins|del)>(.*?)</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Quality:
    marked: int
    wrong: int

    def __add__(self, other: "Quality") -> "Quality":
        return Quality(self.marked + other.marked, self.wrong + other.wrong)


def lines(text: str) -> str:
    """The blocks of a text, a line each."""
    return "\n".join(block.text for block in blocks(text))


def paragraphs(text: str) -> str:
    """The blocks of a text as HTML."""
    return "\n".join(f"<p>{html.escape(block.text)}</p>" for block in blocks(text))


def ours(old: str, new: str) -> Quality:
    """Of what moved nothing is marked but what changed inside. The gallery's test holds the pairings."""
    shown = "".join(HIDDEN.sub("", cell) for piece in compare(old, new).blocks for cell in piece.cells)
    return Quality(sum(_letters(TAG.sub("", found[2])) for found in MARKED.finditer(shown)), 0)


def of(stretches: Iterable[Stretch], old: str, new: str) -> Quality:
    """What a peer found."""
    told = list(stretches)
    return Quality(sum(_letters(said) for op, said in told if op), len(_taken(told, old, new) - _agreed(old, new)))


def from_html(marked: str) -> Iterator[Stretch]:
    """The stretches in the HTML of a peer."""
    at = 0
    for found in MARKED.finditer(marked):
        yield 0, _words(marked[at : found.start()])
        yield (1 if found[1] == "ins" else -1), _words(found[2])
        at = found.end()
    yield 0, _words(marked[at:])


def _words(marked: str) -> str:
    return html.unescape(TAG.sub(" ", marked))


def _letters(said: str) -> int:
    return len(SPACES.sub("", html.unescape(said)))


def _agreed(old: str, new: str) -> set[tuple[int, int]]:
    before, now = blocks(old), blocks(new)
    found = regroup(before, now, pair(before, now))
    came_from = _origins(before, found.old)
    return {(i, j) for j, at in found.partners.items() for i in came_from[at]}


def _origins(before: list[Block], regrouped: Iterable[Block]) -> list[set[int]]:
    """Which old blocks each is a part of, or was joined from: their letters follow each other in both."""
    owner = [i for i, block in enumerate(before) for _ in range(_letters(block.text))]
    found, at = [], 0
    for block in regrouped:
        end = at + _letters(block.text)
        found.append(set(owner[at:end]))
        at = end
    return found


def _taken(told: list[Stretch], old: str, new: str) -> set[tuple[int, int]]:
    """Old and new blocks that share a word of at least four letters that stayed."""
    owners = [[at for at, block in enumerate(blocks(text)) for _ in range(_letters(block.text))] for text in (old, new)]
    pairs: set[tuple[int, int]] = set()
    at_old = at_new = 0
    for op, said in told:
        for word in said.split():
            if op == 0 and len(word) >= 4:
                pairs.add((owners[0][at_old], owners[1][at_new]))
            at_old += len(word) * (op <= 0)
            at_new += len(word) * (op >= 0)
    return pairs

"""What a post says about a change: which sections, how many words, and the one new sentence that tells most."""

from dataclasses import dataclass

import regex
from rapidfuzz import fuzz

from .counting import words
from .prose import Comparison, Piece
from .sentences import pictures, titles
from .standing import capital
from .words import fold, is_spoken, pieces

SENTENCE_END = regex.compile(r"(?<=[.!?…؟।][\"'”’»)\]]*)\s+(?=[\"'“‘«(\[]*[^\p{Ll}\s])|(?<=[。！？])", regex.V1)
MINOR_WORDS = 4
QUOTABLE_WORDS = range(6, 33)
SHORTEST_WORDS = 4
TELLING = 14
TELLING_LETTERS = 4
LOOKED_AT = 400
REWRITTEN = 0.6
"""Share of the words before, and of those now, from which a text counts as rewritten."""
REWRITTEN_WORDS = 20
"""In a shorter text, that much is soon reached."""
QUOTED = frozenset(("p", "li", "dd"))


@dataclass(frozen=True)
class ChangeSummary:
    """Titles of sections in reading order, `changed` by how much. `quote` is a new sentence or empty.

    `trivial`: readers would see no difference in words, order or where links lead. `minor`: too little for a post of
    its own.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    changed: tuple[str, ...]
    words_added: int
    words_removed: int
    quote: str
    first: bool
    trivial: bool
    minor: bool
    picture: str = ""
    """One sentence about the first picture that came or went."""
    rewritten: bool = False
    """Most of the words before are gone and most of those now are new: sections that changed are not worth naming."""

    @property
    def what(self) -> str:
        """`New section “Childcare”. “Water” changed.`; empty if no section can be named."""
        if self.first:
            return "First version."
        told = []
        if self.added:
            told.append(f"New: {titles(self.added)}.")
        if self.removed:
            told.append(f"Removed: {titles(self.removed)}.")
        told += [f"{titles([old])} is now {titles([new])}." for old, new in self.renamed[:2]]
        if self.rewritten:
            told.insert(0, "Mostly rewritten.")
        elif self.changed:
            told.append(f"{capital(titles(self.changed))} changed.")
        if self.picture:
            told.append(self.picture)
        return " ".join(told)

    @property
    def counts(self) -> str:
        """`12 words added, 5 removed.`"""
        if not self.words_added:
            return f"{capital(words(self.words_removed))} removed." if self.words_removed else ""
        if not self.words_removed:
            return f"{capital(words(self.words_added))} added."
        return f"{words(self.words_added)} added, {self.words_removed:,} removed."


def summarise(comparison: Comparison) -> ChangeSummary:
    """What is worth telling. Same comparison, same summary."""
    sections = comparison.sections
    changed = [s for s in sections if s.op == "changed"]
    changed.sort(key=lambda section: -(section.words_added + section.words_removed))
    added = tuple(s.title for s in sections if s.op == "added")
    removed = tuple(s.title for s in sections if s.op == "removed")
    renamed = tuple((s.old_title, s.title) for s in sections if s.op == "renamed")
    count = comparison.words_added + comparison.words_removed
    outline = bool(added or removed or renamed)
    moved = any(piece.op == "moved here" for piece in comparison.blocks)
    turned = any(piece.turns for piece in comparison.blocks)
    picture = next(iter(pictures(comparison)), "")
    return ChangeSummary(
        added,
        removed,
        renamed,
        tuple(section.title for section in changed),
        comparison.words_added,
        comparison.words_removed,
        _most_telling(comparison),
        first=bool(comparison.blocks) and all(piece.op == "added" for piece in comparison.blocks),
        trivial=not (count or outline or moved or turned or picture),
        minor=count < MINOR_WORDS and not (outline or picture),
        picture=picture,
        rewritten=_rewritten(comparison),
    )


def _rewritten(comparison: Comparison) -> bool:
    gone, new = comparison.words_removed, comparison.words_added
    if min(gone, new) < REWRITTEN * REWRITTEN_WORDS:
        return False
    before = sum(_count(piece.old_words) for piece in comparison.blocks if piece.op != "moved here")
    after = sum(_count(piece.new_words) for piece in comparison.blocks if piece.op != "moved away")
    return min(before, after) >= REWRITTEN_WORDS and gone >= REWRITTEN * before and new >= REWRITTEN * after


def _count(text: str) -> int:
    return sum(map(is_spoken, pieces(text)))


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph on one line."""
    return [found for part in SENTENCE_END.split(text) if (found := part.strip())]


def _most_telling(comparison: Comparison) -> str:
    """New rather than reworded, rich in longer words, of a length one reads at a glance; of equals the first."""
    known = {fold(said).casefold() for piece in comparison.blocks for said in sentences(piece.old_words)}
    new = [
        (said, piece)
        for piece in comparison.blocks
        if piece.words_added and piece.kind in QUOTED
        for said in sentences(piece.new_words)
        if fold(said).casefold() not in known
    ]
    return max(new[:LOOKED_AT], key=lambda told: _weight(*told), default=("",))[0].lstrip("☐☑ ") if new else ""


def _weight(said: str, piece: Piece) -> float:
    spoken = [word.casefold() for word in pieces(said) if is_spoken(word)]
    if len(spoken) < SHORTEST_WORDS:
        return 0
    likeness = max((fuzz.ratio(said, old) for old in sentences(piece.old_words)[:20]), default=0.0)
    unspaced = all(len(word) == 1 for word in spoken)
    rich = len({word for word in spoken if len(word) >= TELLING_LETTERS or unspaced})
    glance = 1.0 if len(spoken) in QUOTABLE_WORDS else 0.5
    return round((1.15 - likeness / 100) * min(rich, TELLING) * glance, 6)

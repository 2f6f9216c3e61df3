"""What a post says about a change: which sections, how many words, and the one new sentence that tells most."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz

from .graphemes import clip
from .prose import Comparison, Piece
from .standing import capital
from .tongue import ENGLISH, Tongue
from .words import UNSPACED, fold, is_spoken, pieces

SENTENCE_END = regex.compile(r"(?=\s)(?<=[.!?…؟।][\"'”’»)\]]*)\s+(?=[\"'“‘«(\[]*[^\p{Ll}\s])|(?<=[。！？])", regex.V1)
MINOR_WORDS = 4
PER_WORD = 2
"""Characters that say about as much as a word, in scripts without spaces."""
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
NAMED = 3
"""So many sections are named; more are counted."""
GLIMPSE = 60
PICTURED = {
    "added": "Picture added: {words}.",
    "removed": "Picture removed: {words}.",
    "described": "Picture described anew: {words}.",
}
WORDS_ADDED = "{n} word added.", "{n} words added."
WORDS_REMOVED = "{n} word removed.", "{n} words removed."
WORDS_BOTH = "{n} word added, {removed} removed.", "{n} words added, {removed} removed."
CHARACTERS_ADDED = "{n} character added.", "{n} characters added."
CHARACTERS_REMOVED = "{n} character removed.", "{n} characters removed."
CHARACTERS_BOTH = "{n} character added, {removed} removed.", "{n} characters added, {removed} removed."
WITHOUT_SPACES = regex.compile(UNSPACED, regex.V1)


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
    pictured: tuple[str, str] | None = None
    """The first picture that came, went or was described anew: which of these, and its description."""
    unspaced: bool = False
    """Mostly in a script without spaces: what is counted are characters."""
    rewritten: bool = False
    """Most of the words before are gone and most of those now are new: sections that changed are not worth naming."""

    def what(self, tongue: Tongue = ENGLISH) -> str:
        """`New: “Childcare”. “Water” changed.`; empty if no section can be named."""
        if self.first:
            return tongue.say("First version.")
        told = []
        if self.added:
            told.append(tongue.say("New: {titles}.", titles=titles(self.added, tongue)))
        if self.removed:
            told.append(tongue.say("Removed: {titles}.", titles=titles(self.removed, tongue)))
        for old, new in self.renamed[:2]:
            names = {"old": titles([old], tongue), "new": titles([new], tongue)}
            told.append(tongue.say("{old} is now {new}.", **names))
        if self.rewritten:
            told.insert(0, tongue.say("Mostly rewritten."))
        elif self.changed:
            told.append(capital(tongue.say("{titles} changed.", titles=titles(self.changed, tongue))))
        if self.pictured:
            how, words = self.pictured
            told.append(tongue.say(PICTURED[how], words=words or tongue.say("it has no description")))
        return " ".join(told)

    def counts(self, tongue: Tongue = ENGLISH) -> str:
        """`12 words added, 5 removed.`"""
        added, removed = self.words_added, self.words_removed
        if not (added or removed):
            return ""
        if self.unspaced:
            one, many = CHARACTERS_REMOVED if not added else CHARACTERS_ADDED if not removed else CHARACTERS_BOTH
        else:
            one, many = WORDS_REMOVED if not added else WORDS_ADDED if not removed else WORDS_BOTH
        return tongue.count(one, many, added or removed, removed=tongue.digits(removed))


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
    pictured = _pictured(comparison)
    unspaced = _unspaced(comparison)
    return ChangeSummary(
        added,
        removed,
        renamed,
        tuple(section.title for section in changed),
        comparison.words_added,
        comparison.words_removed,
        _most_telling(comparison),
        first=bool(comparison.blocks) and all(piece.op == "added" for piece in comparison.blocks),
        trivial=not (count or outline or moved or turned or pictured),
        minor=count < MINOR_WORDS * (PER_WORD if unspaced else 1) and not (outline or pictured),
        pictured=pictured,
        rewritten=_rewritten(comparison),
        unspaced=unspaced,
    )


def _rewritten(comparison: Comparison) -> bool:
    gone, new = comparison.words_removed, comparison.words_added
    if min(gone, new) < REWRITTEN * REWRITTEN_WORDS:
        return False
    before = sum(_count(piece.old_words) for piece in comparison.blocks if piece.op != "moved here")
    after = sum(_count(piece.new_words) for piece in comparison.blocks if piece.op != "moved away")
    return min(before, after) >= REWRITTEN_WORDS and gone >= REWRITTEN * before and new >= REWRITTEN * after


def titles(names: Sequence[str], tongue: Tongue) -> str:
    """`“Speakers”, “Water” and two more`; a section without a heading is the beginning."""
    shown = [f"“{name}”" if name else tongue.say("the beginning") for name in names[:NAMED]]
    if (left := len(names) - NAMED) > 0:
        shown.append(tongue.count("{many} more", "{many} more", left, many=tongue.number(left)))
    return tongue.listed(shown)


def _pictured(comparison: Comparison) -> tuple[str, str] | None:
    for look in (look for piece in comparison.blocks for look in piece.looks):
        seen = look.now or look.before
        how = "described" if look.now and look.before else "added" if look.now else "removed"
        return how, clip(seen.words if seen else "", GLIMPSE).rstrip(".")
    return None


def _unspaced(comparison: Comparison) -> bool:
    """Whether most of what came or went is in a script without spaces."""
    changed = [piece for piece in comparison.blocks if piece.words_added or piece.words_removed]
    text = "".join(piece.new_words + piece.old_words for piece in changed)
    return not text.isascii() and 2 * len(WITHOUT_SPACES.findall(text)) > sum(letter.isalpha() for letter in text)


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
    glance = 1.0 if len(spoken) // (PER_WORD if unspaced else 1) in QUOTABLE_WORDS else 0.5
    return round((1.15 - likeness / 100) * min(rich, TELLING) * glance, 6)

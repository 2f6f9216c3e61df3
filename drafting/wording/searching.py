"""Words as they are searched: small letters without accents, one space between; and what was found, marked.

A script that is written without spaces is searched by its characters.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from .words import UNSPACED

BEGIN, GO_ON = r"[\p{L}\p{N}]", r"[\p{L}\p{N}\p{M}'’]"
WORD = regex.compile(rf"{UNSPACED}\p{{M}}*|[{BEGIN}--{UNSPACED}][{GO_ON}--{UNSPACED}]*", regex.V1)
ACCENTS = regex.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670\u0640'’]")
LETTERS_OF_A_WORD = 60
WORDS_ASKED = 12
LOOKED_THROUGH = 5_000
"""Characters of a passage, in which words are looked for to mark them."""
SHOWN, AROUND = 1_000, 200
PHRASE = regex.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+)')


def words_of(text: str) -> str:
    """The words of a text, as they are searched, with one space between."""
    return " ".join(folded for _, folded in _words(text))


@dataclass(frozen=True)
class Question:
    """What somebody searches for: each of `terms` is one or more words that must follow each other.

    `begun` says that the last word may go on.
    """

    terms: tuple[str, ...]
    begun: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Every word once, in order."""
        return tuple(dict.fromkeys(word for term in self.terms for word in term.split()))


def asked(text: str) -> Question:
    """What a line typed into a search box asks for; words in quotation marks belong together."""
    terms: list[str] = []
    begun = False
    for found in PHRASE.finditer(text):
        term = words_of(found[1] or found[2] or "")
        if term:
            terms.append(term)
            begun = found[1] is None and len(term) > 1
    kept = tuple(terms[:WORDS_ASKED])
    return Question(kept, begun and len(kept) == len(terms))


def quoted(text: str) -> Question:
    """All words of `text`, one after the other."""
    words = words_of(text)
    return Question((words,) if words else ())


def marked(text: str, question: Question) -> list[tuple[str, bool]]:
    """The text in stretches, each with whether it is what was asked for; of a long one what is around the first hit."""
    hits = _hits(text[:LOOKED_THROUGH], question)
    first = hits[0][0] if hits else 0
    start = 0 if first <= AROUND else first - AROUND
    end = min(len(text), start + SHOWN)
    within = [(a - start, b - start) for a, b in hits if b <= end]
    stretches = list(_stretches(text[start:end], within))
    return [*([("… ", False)] if start else []), *stretches, *([(" …", False)] if end < len(text) else [])]


def _hits(text: str, question: Question) -> list[tuple[int, int]]:
    """Where what was asked for stands, in order."""
    found = list(_words(text))
    hits: list[tuple[int, int]] = []
    for number, term in enumerate(question.terms):
        wanted = term.split()
        begun = question.begun and number == len(question.terms) - 1
        hits += [
            (found[at][0][0], found[at + len(wanted) - 1][0][1])
            for at in range(len(found) - len(wanted) + 1)
            if _is(wanted, [word for _, word in found[at : at + len(wanted)]], begun)
        ]
    return sorted(hits)


def _is(wanted: list[str], words: list[str], begun: bool) -> bool:
    last = words[-1].startswith(wanted[-1]) if begun else words[-1] == wanted[-1]
    return last and words[:-1] == wanted[:-1]


def _stretches(text: str, hits: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in hits:
        if start < at:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def _words(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Where each word stands, and how it is searched."""
    for found in WORD.finditer(text):
        folded = ACCENTS.sub("", unicodedata.normalize("NFKD", found[0])).casefold()[:LETTERS_OF_A_WORD]
        if folded := "".join(folded.split()):
            yield found.span(), folded

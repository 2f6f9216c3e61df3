"""Text measured as people see it: in graphemes, so that a family emoji or an accented letter is one."""

import regex

from .phrases import boundaries

CLUSTER = regex.compile(r"\X")
SPACE_OR_MARK = " \t\n,;:–—-"


LEANING = regex.compile(r"^[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}\s]+|[\p{GCB=Prepend}\s]+$")
"""Signs at an edge that would become one grapheme with whatever is put beside it."""


def standing_alone(text: str) -> str:
    """The text without signs at its edges that lean on a neighbour, so that parts can be joined and stay what they
    were.
    """
    while (clean := LEANING.sub("", text)) != text:
        text = clean
    return text


def graphemes(text: str) -> list[str]:
    """The text in pieces that must not be cut."""
    return CLUSTER.findall(text)


def count(text: str) -> int:
    return len(graphemes(text))


def clip(text: str, limit: int) -> str:
    """At most `limit` graphemes, ended with … and, where a word boundary is near enough, at a word."""
    pieces = graphemes(text)
    if len(pieces) <= limit:
        return text
    if limit < 1:
        return ""
    kept = pieces[: limit - 1]
    if not pieces[limit - 1].isspace():
        kept = _whole_words(kept, boundaries(text))
    return "".join(kept).rstrip(SPACE_OR_MARK) + "…"


def _whole_words(pieces: list[str], ends: frozenset[int]) -> list[str]:
    """Without a half word at the end, unless that would take more than half: some words are very long."""
    length = sum(map(len, pieces))
    for end in range(len(pieces), len(pieces) // 2, -1):
        if pieces[end - 1].isspace() or length in ends:
            return pieces[:end]
        length -= len(pieces[end - 1])
    return pieces

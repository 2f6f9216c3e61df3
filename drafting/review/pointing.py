"""Which words of the live text somebody means who has only a form. Pure; runs in a process of the pool."""

import re

from ..drafts import anchors, plain
from ..drafts.anchors import Named
from ..drafts.past import Past
from . import hunks

MOST_PLACES = 50


def changed(then: Past, text: str) -> list[tuple[Named, str]]:
    """What `text` changes of what it was then: words, and what is to stand in their place."""
    old, _ = plain.read(then)
    found = hunks.grouped(old, plain.edits(old, plain.plain_ends(text)))
    named = anchors.named(then, [(start, end) for start, end, _ in found])
    return [(one, put) for one, (_, _, put) in zip(named, found, strict=True)]


def at(past: Past, words: str) -> list[Named]:
    """The first places where exactly these words stand in the text."""
    text, _ = plain.read(past)
    starts = [match.start() for match in re.finditer(re.escape(words), text)]
    return anchors.named(past, [(start, start + len(words)) for start in starts[:MOST_PLACES]])

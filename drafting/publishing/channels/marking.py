"""The text of a post in the markup of a place, in which nothing that people typed is markup."""

from collections.abc import Callable
from dataclasses import replace

from ...wording.graphemes import clip
from ...wording.measures import Limits

Mark = Callable[[str], str]


def marked(text: str, link: str, *, quiet: Mark, shown: Mark) -> str:
    """`quiet` makes a stretch mean only its own letters, `shown` writes our one link as the place writes links.

    The last appearance of `link` is ours: behind it are only hashtags and the commit's first characters.
    """
    before, found, after = text.rpartition(link)
    return quiet(before) + (shown(link) if found else "") + quiet(after)


def marking(limits: Limits, mark: Mark) -> Limits:
    """The same limits for what `mark` makes of a text."""
    return replace(limits, measure=lambda text: limits.measure(mark(text)))


def utf16(text: str) -> int:
    """Code units, as JavaScript counts; never less than code points."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, longest: int, mark: Mark) -> str:
    """As much of the beginning as surely has at most `longest` code units once it is marked, ended with … if cut."""
    kept, graphemes = text, longest
    while utf16(mark(kept)) > longest:
        kept = clip(text, graphemes)
        graphemes = graphemes * 9 // 10
    return mark(kept)

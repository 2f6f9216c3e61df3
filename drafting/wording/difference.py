"""What changed between two texts, from Markdown to what a page shows."""

from .comparison_page import render_comparison
from .haste import uncollected
from .prose import compare
from .sentences import in_words


@uncollected
def told(old: str, new: str) -> tuple[list[str], str]:
    """In sentences, and as HTML with a heading for each change."""
    compared = compare(old, new)
    return in_words(compared), render_comparison(compared)

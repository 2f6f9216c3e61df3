"""Markdown as safe HTML, as plain words, as a first impression. Takes any string, never raises, always returns soon."""

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from . import dialect, graphemes, sanitiser
from .names import clean_text

LENGTH_LIMIT = 1_000_000
MARKS_LIMIT = 20_000
"""Characters that may begin something. Each costs up to 100 µs, any other less than one: under two seconds in all."""

MARK = re.compile(r"[\n\[\]!*_~`|:<>@#&\\^=(/]")
AS_TYPED = "This text is too long or too deeply nested to be laid out. It is shown as it was typed."
BLOCK_ENDS = frozenset(("inline", "fence", "code_block"))
UNSEEN = {"softbreak": " ", "hardbreak": " "}


def render(text: str, *, prefix: str = "", top_level: int = 2, leads: sanitiser.Leads | None = None) -> str:
    """Sanitised HTML of a whole text.

    `prefix` (letters, digits, hyphens) begins every id, for pages that show several texts; `# heading` becomes
    h`top_level`; `leads` may say otherwise where links lead and pictures come from. A text that would take too long is
    shown as typed, and says so.
    """
    text = clean_text(text)
    env = {"prefix": prefix, "top_level": top_level}
    try:
        tokens = parsed(text, env)
    except (dialect.TooMuch, RecursionError):
        return f'<p class="notice">{AS_TYPED}</p>\n<pre class="as-typed" dir="auto">{escapeHtml(text)}</pre>\n'
    md = _reader()
    return sanitiser.clean(md.renderer.render(tokens, md.options, env), leads)


def plain(text: str) -> str:
    """The words without marks, a line for each paragraph, heading, item and cell."""
    text = clean_text(text)
    try:
        tokens = parsed(text)
    except (dialect.TooMuch, RecursionError):
        return text
    blocks = (_words(token) for token in tokens if token.type in BLOCK_ENDS)
    return "\n".join(block for block in blocks if block)


def excerpt(text: str, limit: int) -> str:
    """The first words on one line, at most `limit` graphemes."""
    return graphemes.clip(" ".join(plain(text[: limit * 40]).split()), limit)


def undescribed(text: str) -> list[str]:
    """Addresses of pictures that say nothing to somebody who cannot see them, in their order."""
    if "![" not in text:
        return []
    try:
        tokens = parsed(clean_text(text))
    except (dialect.TooMuch, RecursionError):
        return []
    children = (child for token in tokens if token.type == "inline" for child in token.children or ())
    return [str(child.attrGet("src")) for child in children if child.type == "image" and not child.content.strip()]


def within_reach(text: str) -> bool:
    """Whether a text can be laid out in reasonable time, told from its size and its marks alone."""
    return len(text) <= LENGTH_LIMIT and sum(1 for _ in MARK.finditer(text)) <= MARKS_LIMIT


def parsed(text: str, env: dict[str, object] | None = None) -> list[Token]:
    """The tokens of a clean text. Raises dialect.TooMuch, RecursionError for one that would take too long."""
    if not within_reach(text):
        raise dialect.TooMuch
    tokens = _reader().parse(text, {} if env is None else env)
    # The parser silently leaves out what is nested deeper; words must not vanish.
    if any(token.level >= dialect.NESTING_LIMIT - 1 for token in tokens):
        raise dialect.TooMuch
    return tokens


def _words(token: Token) -> str:
    if token.type != "inline":
        return token.content.strip()
    words = (UNSEEN.get(child.type, child.content) for child in token.children or ())
    return "".join(words).strip()


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    return dialect.reader()

"""The Markdown people may write here, and how each part of it is shown. `markdown` and `prose` speak the same one."""

import re

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.linkify import linkify
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from . import footnotes, reshaping

NESTING_LIMIT = 60
"""Levels; a list takes two. Far above what people write, far below what recursion can stand."""
TOKEN_LIMIT = 60_000
"""Tokens up to the end of a table: about 20,000 cells."""
PENDING_LIMIT = 4_000
PARAGRAPH_LIMIT = 20_000

WELCOME_LINK = re.compile(r"(https?://[^/]|mailto:|tel:)|#|/(?!/|\\|%5C)", re.IGNORECASE)


class Addresses(LinkifyIt):
    """Finds bare addresses in paragraphs that people write; in one giant paragraph its patterns are quadratic.

    There is none without // or @, which is told much sooner than by its patterns.
    """

    def pretest(self, text: str) -> bool:
        return ("//" in text or "@" in text) and len(text) <= PARAGRAPH_LIMIT and bool(super().pretest(text))


class TooMuch(Exception):
    """The text would take more work than a reader should wait for."""


def welcome(url: str) -> bool:
    """Whether an address may be linked: the web, e-mail, telephone, a path of this site, a place on this page."""
    return WELCOME_LINK.match(url) is not None


def reader() -> MarkdownIt:
    """For showing a text. `env` may hold `prefix` (of every id) and `top_level` (that `# heading` gets)."""
    md = _base()
    md.use(footnote_plugin)
    for name, rule in footnotes.RULES.items():
        md.add_render_rule(name, rule)
    md.core.ruler.push("task_boxes", reshaping.task_boxes)
    md.core.ruler.push("headings", reshaping.headings)
    md.core.ruler.push("accessible", reshaping.accessible)
    return md


def comparer() -> MarkdownIt:
    """For comparing texts piece by piece: notes stay where they are written, nothing has an id."""
    md = _base()
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    return md


def _base() -> MarkdownIt:
    md = MarkdownIt("gfm-like", {"html": False, "maxNesting": NESTING_LIMIT})
    md.use(deflist_plugin).disable(["html_block", "html_inline"])
    # A bare www.name or charter.md is left alone: it would become http, or a link to a Moldovan site.
    md.linkify = Addresses(options={"fuzzy_link": False, "fuzzy_ip": False})
    md.validateLink = welcome  # type: ignore[method-assign]
    md.block.ruler.at("table", _bounded_table, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("linkify", _bounded_linkify)
    md.core.ruler.push("pictures", reshaping.pictures)
    md.core.ruler.push("links", reshaping.links)
    for part in ("td_open", "th_open"):
        md.add_render_rule(part, reshaping.cell)
    md.add_render_rule("table_open", reshaping.table_open)
    md.add_render_rule("table_close", reshaping.table_close)
    return md


def _bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # A wide header fills up every short row below it: 14 KB became 330,000 cells.
    found = table(state, start, end, silent)
    if found and len(state.tokens) > TOKEN_LIMIT:
        raise TooMuch
    return found


def _bounded_linkify(state: StateInline, silent: bool) -> bool:
    # The rule looks through all pending words at every "://"; what it leaves, the later linkify pass finds.
    small = len(state.pending) <= PENDING_LIMIT and len(state.src) <= PARAGRAPH_LIMIT
    return small and linkify(state, silent)

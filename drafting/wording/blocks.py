"""A text as the pieces that a reader sees one after another: headings, paragraphs, list items, table rows, code."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from . import beneath, dialect
from .markdown import within_reach
from .names import clean_text
from .words import Phrase, as_typed, as_typed_coarsely, fold, phrase, shown, squeeze

AROUND = {"bullet_list": "ul", "ordered_list": "ol", "blockquote": "quote", "footnote_reference": "note"}
LISTS = frozenset(("ul", "ol"))
FAMILIES = {
    "p": "text",
    "li": "text",
    "dt": "text",
    "dd": "text",
    "heading": "heading",
    "tr": "row",
    "pre": "code",
    "typed": "typed",
}
NO_SECTION = -1
LINES_LIMIT = 3_000


@dataclass(frozen=True)
class Block:
    """One piece.

    `kind` is heading, p, li, dt, dd, tr, pre, or typed (not laid out); `around` the lists and quotations it stands in,
    outermost first; `number` that of an item as shown, None with a bullet; `in_list` which list of the text it is an
    item of, `table` which table a row of; `source` its Markdown, of a row one per cell; `section` the number of the
    heading above, or its own, or -1.
    """

    kind: str
    around: tuple[str, ...]
    source: tuple[str, ...]
    cells: tuple[tuple[Token, ...], ...]
    section: int
    level: int = 0
    number: int | None = None
    in_list: int = -1
    table: int = -1

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Equal for blocks that are the same to a reader, but for the kind of list around them."""
        around = tuple("list" if name in LISTS else name for name in self.around)
        return (self.kind, self.level, around, self.words, tuple(map(beneath.addresses, self.cells)))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its Markdown as far as readers care, of a row one per cell; of code as typed."""
        return self.source if self.kind == "pre" else tuple(map(fold, self.source))

    @cached_property
    def links(self) -> tuple[beneath.Link, ...]:
        """Of all its cells, in order."""
        return tuple(link for cell in self.cells for link in beneath.links(cell))

    @cached_property
    def pictures(self) -> tuple[beneath.Picture, ...]:
        """Of all its cells, in order."""
        return tuple(picture for cell in self.cells for picture in beneath.pictures(cell))

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Its words, of a row one phrase per cell."""
        if self.kind == "pre":
            return (as_typed(self.source[0]),)
        return (as_typed_coarsely(self.source[0]),) if self.kind == "typed" else tuple(map(phrase, self.cells))

    @property
    def coarse_phrases(self) -> tuple[Phrase, ...]:
        """The same in coarse pieces, for what came or went as a whole."""
        return tuple(phrase(cell, coarse=True) for cell in self.cells) or self.phrases

    @property
    def shown(self) -> tuple[str, ...]:
        """Its words as HTML that is not sanitised yet, of a row one per cell."""
        return tuple(map(shown, self.cells)) if self.cells else (escapeHtml(self.source[0]),)

    @cached_property
    def struck(self) -> bool:
        """Whether anything in it is struck through."""
        return any(token.tag == "s" for cell in self.cells for token in cell)

    @cached_property
    def text(self) -> str:
        """Its words without marks, on one line."""
        return squeeze(" ".join(self.texts))

    @property
    def texts(self) -> tuple[str, ...]:
        """Its words without marks, of a row one per cell."""
        if self.kind in ("pre", "typed"):
            return self.source
        return tuple("".join(said(token) for token in cell) for cell in self.cells)

    @property
    def family(self) -> str:
        """Only blocks of one family can have become each other."""
        return FAMILIES[self.kind]


def blocks(text: str) -> list[Block]:
    """The blocks of any text, in order. What could not be laid out comes line by line, as typed."""
    text = clean_text(text)
    if not within_reach(text):
        return _lines(text)
    try:
        tokens = _comparer().parse(text, {})
    except (dialect.TooMuch, RecursionError):
        return _lines(text)
    if any(token.level >= dialect.NESTING_LIMIT - 1 for token in tokens):
        return _lines(text)
    return list(_found(tokens))


def _found(tokens: list[Token]) -> Iterator[Block]:
    around: list[str] = []
    items = _Items()
    row: list[Token] = []
    section, table, in_row, first_in_item = NO_SECTION, -1, False, False
    for at, token in enumerate(tokens):
        name, _, end = token.type.rpartition("_")
        items.pass_by(token)
        if name in AROUND:
            around = [*around, AROUND[name]] if end == "open" else around[:-1]
        elif name == "list_item":
            first_in_item = end == "open"
        elif name == "table":
            table += end == "open"
        elif name == "tr":
            in_row = end == "open"
            if not in_row:
                yield _block("tr", around, row, section, table=table)
                row = []
        elif token.type == "inline" and in_row:
            row.append(token)
        elif token.type in ("fence", "code_block"):
            yield Block("pre", tuple(around), (token.content.removesuffix("\n"),), (), section)
        elif token.type == "inline":
            kind = _kind(tokens[at - 1], first_in_item)
            section += kind == "heading"
            first_in_item = False
            level = int(tokens[at - 1].tag[1]) if kind == "heading" else 0
            item = (items.number, items.inner) if kind == "li" else (None, -1)
            yield _block(kind, around, [token], section, level, *item)


@dataclass
class _Items:
    """Counts items and lists on the way through a text."""

    lists: int = 0
    open: list[tuple[int, int | None]] = field(default_factory=list)
    """Which list, and the number of its item; innermost last."""

    def pass_by(self, token: Token) -> None:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            start = int(token.attrs.get("start", 1))
            self.open.append((self.lists, start - 1 if token.tag == "ol" else None))
            self.lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.open.pop()
        elif token.type == "list_item_open":
            inner, number = self.open[-1]
            self.open[-1] = (inner, None if number is None else number + 1)

    @property
    def inner(self) -> int:
        return self.open[-1][0] if self.open else -1

    @property
    def number(self) -> int | None:
        return self.open[-1][1] if self.open else None


def _kind(opening: Token, first_in_item: bool) -> str:
    if opening.type == "heading_open":
        return "heading"
    if opening.type in ("dt_open", "dd_open"):
        return opening.tag
    return "li" if first_in_item else "p"


def _block(
    kind: str,
    around: list[str],
    inlines: list[Token],
    section: int,
    level: int = 0,
    number: int | None = None,
    in_list: int = -1,
    table: int = -1,
) -> Block:
    cells = tuple(_with_task_sign(kind, inline) for inline in inlines)
    source = tuple(inline.content for inline in inlines)
    return Block(kind, tuple(around), source, cells, section, level, number, in_list, table)


def _with_task_sign(kind: str, inline: Token) -> tuple[Token, ...]:
    """`[x] words` of an item as a sign that is compared like a word: ticking a box is a change."""
    children = inline.children or []
    if kind == "li" and children and children[0].type == "text":
        first = children[0].content
        for mark, sign in (("[ ] ", "☐ "), ("[x] ", "☑ "), ("[X] ", "☑ ")):
            if first.startswith(mark):
                return (children[0].copy(content=sign + first[4:]), *children[1:])
    return tuple(children)


def said(token: Token) -> str:
    """What a piece of parsed inline text says, without marks."""
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def _lines(text: str) -> list[Block]:
    """A text that was not parsed: line by line, or if those are too many in stretches of lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    stretch = -(-len(lines) // LINES_LIMIT) or 1
    found = ("\n".join(lines[at : at + stretch]) for at in range(0, len(lines), stretch))
    return [Block("typed", (), (some,), (), NO_SECTION) for some in found]


@lru_cache(maxsize=1)
def _comparer() -> MarkdownIt:
    return dialect.comparer()

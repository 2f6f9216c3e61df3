"""A piece of text as words that can be compared, each with its HTML and what stands before it."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import regex
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

# Scripts written without spaces: there each character counts as a word.
UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
LETTER = rf"[[\p{{L}}\p{{N}}_]--{UNSPACED}]"
PIECE = regex.compile(
    rf"\p{{N}}+(?:[.,:]\p{{N}}+)+|{LETTER}(?:{LETTER}|[\p{{M}}\u200c\u200d])*(?:['’]{LETTER}+)*|{UNSPACED}\p{{M}}*|\s+|\X",
    regex.V1,
)
SPOKEN = regex.compile(r"[\p{L}\p{N}☐☑]")
PICTURE = "<img "
STRUCK = "\u0336"
"""Ends the key of a word that is struck through: that can turn a sentence round."""
# Differences that no reader wants to hear of.
SAME_TO_READERS = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})
OPTIONS = OptionsDict(
    {
        "html": False,
        "linkify": True,
        "typographer": False,
        "quotes": "",
        "xhtmlOut": False,
        "breaks": False,
        "langPrefix": "",
        "highlight": None,
        "maxNesting": 20,
    }
)
RENDERER = RendererHTML()


@dataclass(frozen=True, slots=True)
class Word:
    """`key` is what is compared, a stroke through it included, `html` what is shown.

    `lead` are the spaces and tags since the word before.
    """

    key: str
    html: str
    lead: tuple[str, ...] = ()

    @property
    def spoken(self) -> bool:
        """Whether it counts as a word: punctuation and pictures do not, ticking a box does."""
        return SPOKEN.search(self.key) is not None and not self.key.startswith(PICTURE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of one paragraph, item, heading or cell; `tail` are the tags that close after the last."""

    words: tuple[Word, ...]
    tail: tuple[str, ...] = ()

    @property
    def tags(self) -> list[str]:
        leads = [word.lead for word in self.words]
        return [piece for lead in [*leads, self.tail] for piece in lead if piece != " "]

    @property
    def spoken(self) -> int:
        return sum(word.spoken for word in self.words)


def fold(text: str) -> str:
    """The text as far as readers care: one kind of quotation mark and dash, composed letters, single spaces."""
    return squeeze(text.translate(SAME_TO_READERS))


def squeeze(text: str) -> str:
    """Composed letters and single spaces, otherwise as written."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def phrase(children: Iterable[Token]) -> Phrase:
    """The words of parsed inline text. Everything in it is escaped, or a tag that the renderer made."""
    words: list[Word] = []
    lead: list[str] = []
    for piece in _pieces(children):
        if isinstance(piece, Word):
            words.append(Word(piece.key, piece.html, tuple(lead)))
            lead = []
        else:
            lead.append(piece)
    return Phrase(tuple(words), tuple(lead))


def as_typed(text: str) -> Phrase:
    """The words of a text that is not parsed; line ends are kept as words, for code."""
    lines = text.split("\n")
    tokens = (token for line in lines for token in (LINE_END, Token("text", "", 0, content=line)))
    return phrase(islice(tokens, 1, None))


def as_typed_coarsely(text: str) -> Phrase:
    """Only spaces part the words, for texts of which nobody knows how large they are."""
    return Phrase(tuple(Word(word, escapeHtml(word), (" ",) if at else ()) for at, word in enumerate(text.split())))


LINE_END = Token("line_end", "", 0)


def _pieces(children: Iterable[Token]) -> Iterator[str | Word]:
    strikes = 0
    for token in children:
        strikes += token.nesting if token.tag == "s" else 0
        for piece in _of_token(token):
            if strikes and isinstance(piece, Word):
                piece = replace(piece, key=piece.key + STRUCK)
            yield piece


def _of_token(token: Token) -> Iterator[str | Word]:
    if token.type == "softbreak":
        yield " "
    elif token.type == "hardbreak":
        yield Word("\n", "<br>")
    elif token.type == "line_end":
        yield Word("\n", "\n")
    elif token.type == "image":
        shown = RENDERER.image([token], 0, OPTIONS, {})
        yield Word(shown, shown)
    elif token.type == "code_inline":
        yield from ("<code>", *_split(token.content), "</code>")
    elif token.type == "footnote_ref":
        yield from ("<sup>", *_split(f"[{token.meta['label']}]"), "</sup>")
    elif token.nesting:
        yield RENDERER.renderToken([token], 0, OPTIONS, {})
    else:
        yield from _split(token.content)


def _split(text: str) -> Iterator[str | Word]:
    for piece in PIECE.findall(text):
        yield " " if piece.isspace() else Word(fold(piece) or piece, escapeHtml(piece))

"""A piece of text as words that can be compared, each with its HTML and what stands before it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

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
ASCII_PIECE = re.compile(r"[0-9]+(?:[.,:][0-9]+)+|\w+(?:'\w+)*|\s+|.", re.ASCII | re.DOTALL)
"""The same for texts of ASCII alone, and much quicker."""
SPOKEN = regex.compile(r"[\p{L}\p{N}☐☑]")
SENTENCE_ENDS = frozenset(".!?…؟।。！？")
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
SPACE = ("", " ")
ESCAPED = {sign: escapeHtml(sign) for sign in '&<>"'}


class Word(NamedTuple):
    """`key` is what is compared, a stroke through it included, `html` what is shown.

    `lead` are the spaces and tags since the word before.
    """

    key: str
    html: str
    lead: tuple[str, ...] = ()

    @property
    def spoken(self) -> bool:
        return is_spoken(self.key) and not self.is_picture

    @property
    def is_picture(self) -> bool:
        return self.key.startswith(PICTURE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of one paragraph, item, heading or cell; `tail` are the tags that close after the last."""

    words: tuple[Word, ...]
    tail: tuple[str, ...] = ()

    @property
    def spoken(self) -> int:
        return sum(is_spoken(piece) for word in self.words if not word.is_picture for piece in pieces(word.key))


def fold(text: str) -> str:
    """The text as far as readers care: one kind of quotation mark and dash, composed letters, single spaces."""
    return squeeze(text if text.isascii() else text.translate(SAME_TO_READERS))


def squeeze(text: str) -> str:
    """Composed letters and single spaces, otherwise as written."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def pieces(text: str) -> list[str]:
    """Its words, its signs and the spaces between them; joined they are the text again."""
    return (ASCII_PIECE if text.isascii() else PIECE).findall(text)


def is_spoken(piece: str) -> bool:
    """Whether a piece counts as a word: punctuation does not, ticking a box does."""
    return piece[0].isalnum() or SPOKEN.search(piece) is not None


def phrase(children: Iterable[Token], *, coarse: bool = False) -> Phrase:
    """The words of parsed inline text. Everything in it is escaped, or a tag that the renderer made.

    With `coarse` a stretch of text is one word, for what came or went as a whole.
    """
    words: list[Word] = []
    lead: list[str] = []
    stroke = ""
    for token in children:
        if token.tag == "s":
            stroke = STRUCK if token.nesting > 0 else ""
        whole = coarse and token.type == "text" and token.content
        for key, html in [(token.content, escapeHtml(token.content))] if whole else _pieces(token):
            if key:
                words.append(Word(key + stroke, html, tuple(lead)))
                lead = []
            else:
                lead.append(html)
    return Phrase(tuple(words), tuple(lead))


def shown(children: Iterable[Token]) -> str:
    """The same words as HTML, for what is not compared."""
    return "".join(
        escapeHtml(token.content) if token.type == "text" else "".join(html for _, html in _pieces(token))
        for token in children
    )


def as_typed(text: str) -> Phrase:
    """The words of a text that is not parsed; line ends are kept as words, for code."""
    lines = text.split("\n")
    tokens = (token for line in lines for token in (LINE_END, Token("text", "", 0, content=line)))
    return phrase(islice(tokens, 1, None))


def as_typed_coarsely(text: str) -> Phrase:
    """Only spaces part the words, for texts of which nobody knows how large they are."""
    return Phrase(tuple(Word(word, escapeHtml(word), (" ",) if at else ()) for at, word in enumerate(text.split())))


def words_in(token: Token) -> int:
    """How many words of a phrase a piece of parsed inline text makes."""
    return sum(key != "" for key, _ in _pieces(token))


LINE_END = Token("line_end", "", 0)


def _pieces(token: Token) -> Sequence[tuple[str, str]]:
    """Key and HTML of each word; the key of what stands between words is empty."""
    match token.type:
        case "text":
            return _split(token.content)
        case "softbreak":
            return [SPACE]
        case "hardbreak":
            return [("\n", "<br>")]
        case "line_end":
            return [("\n", "\n")]
        case "image":
            return [(RENDERER.image([token], 0, OPTIONS, {}),) * 2]
        case "code_inline":
            return [("", "<code>"), *_split(token.content), ("", "</code>")]
        case "footnote_ref":
            return [("", "<sup>"), *_split(f"[{token.meta['label']}]"), ("", "</sup>")]
    return [("", RENDERER.renderToken([token], 0, OPTIONS, {}))] if token.nesting else _split(token.content)


def _split(text: str) -> list[tuple[str, str]]:
    if text.isascii():
        return [SPACE if piece.isspace() else (piece, ESCAPED.get(piece, piece)) for piece in pieces(text)]
    return [SPACE if piece.isspace() else (_key(piece), escapeHtml(piece)) for piece in pieces(text)]


def _key(piece: str) -> str:
    return piece if piece.isascii() else fold(piece) or piece

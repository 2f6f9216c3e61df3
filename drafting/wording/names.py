"""What people typed, made safe to show beside other people's words: names, titles, summaries, whole texts."""

import re
import unicodedata

import regex

from .graphemes import graphemes

CODE_POINTS_PER_GRAPHEME = 24
"""Flags, families and stacked scripts stay below; piles of accents that cover the lines above do not."""

# Embeddings, overrides and isolates turn the words around a name; a single LRM or RLM cannot. The rest cannot be seen.
INVISIBLE = regex.compile(r"[\u202A-\u202E\u2066-\u2069\u200B\u2060\uFEFF\u00AD\uFFF9-\uFFFB\uFFFE\uFFFF\p{Cs}]")
WHOLE_ISOLATE = re.compile("\u2068([^\u2066-\u2069]*)\u2069")
OPENS, CLOSES = "\ue068", "\ue069"
"""For private use: they stand for isolates while a sentence is cleaned."""
NO_MARKS = {ord(OPENS): None, ord(CLOSES): None}
FOLDED = regex.compile(r"[\s\p{Cc}\p{Zl}\p{Zp}]+")
NEVER_IN_TEXT = re.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x80-\x84\x86-\x9F\uFFFE\uFFFF]")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
LINE_END = re.compile(r"\r\n?|\x85|\u2028|\u2029")


def clean_line(text: str, limit: int) -> str:
    """One line of at most `limit` graphemes, in NFC, without control characters and marks that turn words around.

    Clean text comes back as it is.
    """
    # What is far over the limit is not worth looking at; names come from strangers.
    line = unicodedata.normalize("NFC", text[: limit * CODE_POINTS_PER_GRAPHEME * 2])
    line = FOLDED.sub(" ", INVISIBLE.sub("", line)).strip()
    short = "".join(piece[:CODE_POINTS_PER_GRAPHEME] for piece in graphemes(line)[:limit])
    return unicodedata.normalize("NFC", short).strip()


def clean_sentence(text: str, limit: int) -> str:
    """The same for what we say ourselves: whole isolates (`tongue.py`) stay, around words that read the other way."""
    if not WHOLE_ISOLATE.search(text):
        return clean_line(text, limit)
    marked = WHOLE_ISOLATE.sub(f"{OPENS}\\1{CLOSES}", text.translate(NO_MARKS))
    return clean_line(marked, limit).replace(OPENS, "\u2068").replace(CLOSES, "\u2069")


def clean_text(text: str) -> str:
    """A document that every part can store and show: LF line ends, no lone surrogates, no controls but tab."""
    text = NEVER_IN_TEXT.sub("", LINE_END.sub("\n", text))
    return LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)

"""The difference between two versions, said in sentences."""

from collections import Counter
from collections.abc import Iterable, Sequence

from .beneath import Strike, Turn
from .counting import OTHER, noun, number, one, words
from .credits import listed
from .notes import UNSEEN, stands
from .prose import Comparison, Piece
from .sections import Section
from .standing import capital

NAMED = 3
TOLD = 8
BEGINNING = "the beginning"
THE_TEXT = "the text"
NUMBERING = "the numbers of a list"


def in_words(comparison: Comparison) -> list[str]:
    """What changed, most important first; never empty."""
    if comparison.identical:
        return ["Nothing changed."]
    pieces = comparison.blocks
    if all(piece.op == "added" for piece in pieces):
        return [f"All of it is new: {words(comparison.words_added)}.", *pictures(comparison)]
    if all(piece.op == "removed" for piece in pieces):
        return [f"Everything was removed: {words(comparison.words_removed)}.", *pictures(comparison)]
    if all(piece.op == "same" for piece in pieces):
        rest = "spaces, line breaks, quotation marks or something the page does not show"
        return [f"No words changed, only {NUMBERING if any(piece.renumbered for piece in pieces) else rest}."]
    told = [
        *_outline(comparison.sections),
        *_changed(comparison.sections),
        *_moves(pieces),
        *_regrouped(comparison),
        *_headings(pieces),
        *pictures(comparison),
        *_beneath(comparison),
        *_relisted(comparison),
        *_nested(pieces),
    ]
    return told or [_little(pieces)]


def _little(pieces: Sequence[Piece]) -> str:
    rest = ["punctuation", "layout"]
    if any(piece.renumbered for piece in pieces):
        rest.append(NUMBERING)
    if any(UNSEEN in piece.note for piece in pieces):
        rest.append("something the page does not show")
    return f"No words changed, only {', '.join(rest[:-1])} or {rest[-1]}."


def _outline(sections: Sequence[Section]) -> Iterable[str]:
    if added := [section.title for section in sections if section.op == "added"]:
        yield f"New section{'s' * (len(added) > 1)} {titles(added)}."
    if removed := [section.title for section in sections if section.op == "removed"]:
        one = len(removed) == 1
        yield f"Section{'s' * (not one)} {titles(removed)} {'was' if one else 'were'} removed."
    for section in sections:
        if section.op == "renamed":
            yield f"{titles([section.old_title])} is now called {titles([section.title])}."


def _changed(sections: Sequence[Section]) -> Iterable[str]:
    changed = [s for s in sections if s.op in ("changed", "renamed") and (s.words_added or s.words_removed)]
    if len(changed) > 1:
        yield f"{capital(number(len(changed)))} sections changed."
    for section in changed[:TOLD]:
        name = _name(section.title, sections)
        yield f"{capital(name)} {_gains(section)}."
    if len(changed) > TOLD:
        yield f"So did {number(len(changed) - TOLD)} more."


def _name(title: str, sections: Sequence[Section]) -> str:
    return titles([title]) if title or len(sections) > 1 else THE_TEXT


def _gains(section: Section) -> str:
    if not section.words_added:
        return f"lost {words(section.words_removed)}"
    if not section.words_removed:
        return f"gained {words(section.words_added)}"
    return f"lost {words(section.words_removed)} and gained {section.words_added:,}"


def _moves(pieces: Sequence[Piece]) -> Iterable[str]:
    moved = [piece for piece in pieces if piece.op == "moved here"]
    headings = [piece.new_words for piece in moved if piece.kind == "heading"]
    if headings:
        yield f"Section{'s' * (len(headings) > 1)} {titles(headings)} moved."
    others = [
        piece for piece in moved if piece.kind != "heading" and piece.new_section not in headings and piece.part[0] == 1
    ]
    if len(others) == 1:
        yield _move(others[0])
    elif others:
        yield f"{capital(number(len(others)))} {_nouns(others)} moved."


def _nouns(pieces: Sequence[Piece]) -> str:
    """What several pieces were called together."""
    kinds = {piece.old_kind for piece in pieces}
    return noun(kinds.pop(), 2) if len(kinds) == 1 else f"{OTHER}s"


def _move(piece: Piece) -> str:
    what = capital(one(piece.kind))
    if piece.old_section == piece.new_section:
        return f"{what} moved within {titles([piece.new_section]) if piece.new_section else THE_TEXT}."
    return f"{what} moved from {titles([piece.old_section])} to {titles([piece.new_section])}."


def _regrouped(comparison: Comparison) -> Iterable[str]:
    """What was split and what was joined; each passage by itself if there are few."""
    split = [piece for piece in comparison.blocks if piece.part[0] == 1 < piece.part[1]]
    joined = [piece for piece in comparison.blocks if piece.joined > 1]
    if len(split) > NAMED:
        yield f"{capital(number(len(split)))} {_nouns(split)} were split."
    else:
        for piece in split:
            yield f"One {noun(piece.old_kind)}{_within(piece, comparison)} was split in {number(piece.part[1])}."
    if len(joined) > NAMED:
        yield f"{capital(number(len(joined)))} {_nouns(joined)} were each joined from several."
    else:
        for piece in joined:
            what = f"{number(piece.joined)} {noun(piece.old_kind, piece.joined)}"
            yield f"{capital(what)}{_within(piece, comparison)} were joined into one."


def _within(piece: Piece, comparison: Comparison) -> str:
    name = _name(piece.new_section, comparison.sections)
    return "" if name == THE_TEXT else f" in {name}"


def _headings(pieces: Sequence[Piece]) -> Iterable[str]:
    """Headings in which a footnote changed, but no letter."""
    for piece in pieces:
        same = piece.old_words == piece.new_words and not piece.strikes
        if piece.kind == "heading" and same and piece.words_added + piece.words_removed:
            yield f"The heading {titles([piece.new_words])} changed."


def pictures(comparison: Comparison) -> Iterable[str]:
    """Which pictures came and went, and where."""
    found: list[str] = []
    for piece in comparison.blocks:
        name = _name(piece.new_section or piece.old_section, comparison.sections)
        found += [look.told("" if name == THE_TEXT else f"in {name}") for look in piece.looks]
    yield from found[:TOLD]
    if len(found) > TOLD:
        yield f"{capital(number(len(found) - TOLD))} more pictures changed."


def _beneath(comparison: Comparison) -> Iterable[str]:
    """Where links lead now, and which words are struck through."""
    found: list[tuple[Turn | Strike, str]] = []
    for piece in comparison.blocks:
        name = _name(piece.new_section or piece.old_section, comparison.sections)
        found += [(turn, name) for turn in piece.turns]
        found += [(strike, name) for strike in piece.strikes]
    for told, name in found[:TOLD]:
        yield told.told(f"in {name}" if isinstance(told, Turn) else f"In {name}, ")
    if len(found) > TOLD:
        yield f"{capital(number(len(found) - TOLD))} more links or strokes through words changed."


def _relisted(comparison: Comparison) -> Iterable[str]:
    for piece in comparison.blocks:
        if piece.relisted:
            yield f"A list in {_name(piece.new_section, comparison.sections)} {piece.relisted}."


def _nested(pieces: Sequence[Piece]) -> Iterable[str]:
    for levels, count in Counter(piece.deeper for piece in pieces if piece.deeper).items():
        yield f"{capital(number(count))} {noun('li', count)} now stand{'s' * (count == 1)} {stands(levels)} in a list."


def titles(names: Sequence[str]) -> str:
    """`“Speakers”, “Water” and two more`; a section without a heading is the beginning."""
    shown = [f"“{name}”" if name else BEGINNING for name in names[:NAMED]]
    return listed([*shown, f"{number(len(names) - NAMED)} more"] if len(names) > NAMED else shown)

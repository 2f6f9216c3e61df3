"""What is said at a piece of the comparison because marks cannot show it."""

from collections.abc import Sequence

import regex

from . import beneath
from .beneath import Look, Strike, Turn
from .blocks import LISTS, Block
from .counting import noun, number, one
from .marking import Marked
from .standing import capital

ONLY_LAYOUT = "Only the layout changed here, not the words."
UNSEEN = "Only something that the page does not show changed here."
LETTERS = regex.compile(r"[\p{L}\p{N}]+")
RELISTED = {"ol": "is numbered now, no longer with bullets", "ul": "has bullets now, no longer numbers"}
NAMED = frozenset(("p", "li", "dt", "dd"))


def relisted(old: Block, new: Block) -> bool:
    """Whether an item got a number for a bullet, or a bullet for a number."""
    return (
        old.kind == new.kind == "li"
        and len(old.around) == len(new.around)
        and (old.number is None) != (new.number is None)
    )


def relisted_to(new: Block) -> str:
    """What its list is now."""
    return RELISTED["ul" if new.number is None else "ol"]


def deeper(old: Block | None, new: Block | None) -> int:
    """By how many levels of lists an item stands deeper than before."""
    if old is None or new is None or not old.kind == new.kind == "li":
        return 0
    before, now = (sum(name in LISTS for name in block.around) for block in (old, new))
    return now - before


def regrouped(old: Block | None, part: tuple[int, int], joins: int) -> str:
    """That this is a part of what was split, or was joined from several."""
    kind = old.kind if old else "p"
    if part[1] > 1:
        return f"Part {part[0]} of {part[1]} of what was one {noun(kind)}."
    return f"{capital(number(joins))} {noun(kind, joins)} were joined into one." if joins > 1 else ""


def stands(levels: int) -> str:
    """`one level deeper`, `two levels higher`."""
    count = abs(levels)
    return f"{number(count)} level{'s' * (count > 1)} {'deeper' if levels > 0 else 'higher'}"


def beneath_the_words(old: Block | None, new: Block | None) -> tuple[tuple[Turn, ...], tuple[Strike, ...]]:
    """Of what came or went as a whole only links without words are told: everything else is marked."""
    if old and new and old.key == new.key:
        return (), ()
    if old is None or new is None:
        before, now = ([link for link in block.links if not link.words] if block else [] for block in (old, new))
        return beneath.turned(before, now, "", ""), ()
    turns = beneath.turned(old.links, new.links, old.text, new.text)
    return turns, beneath.struck(old.phrases, new.phrases) if old.struck or new.struck else ()


def pictures(old: Block | None, new: Block | None) -> tuple[Look, ...]:
    """What came, what went, and what is described in other words."""
    return beneath.looked(old.pictures if old else (), new.pictures if new else ())


def note(
    old: Block | None,
    new: Block | None,
    marked: Sequence[Marked],
    turns: Sequence[Turn],
    strikes: Sequence[Strike],
    looks: Sequence[Look],
    more: Sequence[str],
) -> str:
    """What the marks cannot show."""
    told = [look.told() for look in looks]
    told += [*(turn.told("here") for turn in turns), *(strike.told() for strike in strikes)]
    told += filter(None, more)
    if old is None or new is None or old.key == new.key:
        return " ".join(told)
    if levels := deeper(old, new):
        told.append(f"Stands {stands(levels)} in the list now.")
    if old.kind != new.kind and new.kind in NAMED:
        told.append(f"Was {one(old.kind)}, is now {one(new.kind)}.")
    if told:
        return " ".join(told)
    if not any(cell.added or cell.removed for cell in marked) and _letters(old) != _letters(new):
        return UNSEEN
    silent = all("<ins>" not in cell.html and "<del>" not in cell.html for cell in marked)
    return ONLY_LAYOUT if silent else ""


def _letters(block: Block) -> list[str]:
    """All that was typed but punctuation and marks."""
    return LETTERS.findall(" ".join(block.source))

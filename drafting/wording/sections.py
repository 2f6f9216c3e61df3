"""What happened to each section: its heading, and the words below it up to the next heading of any level."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .blocks import NO_SECTION, Block

SectionOp = Literal["same", "changed", "added", "removed", "renamed"]
Place = tuple[int | None, int | None]
"""Positions of an old and a new block; one of them may be missing."""
Key = tuple[int | None, int | None]
"""Number of a section: of the old one if it is gone, otherwise of the new one."""


@dataclass(frozen=True)
class Section:
    """`title` is the new one, of a removed section the old one, empty above the first heading.

    The words are those below the heading. A renamed section may have changed words, too.
    """

    title: str
    op: SectionOp
    old_title: str = ""
    words_added: int = 0
    words_removed: int = 0


@dataclass(frozen=True)
class Outline:
    """Which old section is which new one. Sections are numbered by their headings; -1 is above the first."""

    old_titles: dict[int, str]
    new_titles: dict[int, str]
    partners: dict[int, int]
    """New number by old number."""

    @classmethod
    def of(cls, old: Sequence[Block], new: Sequence[Block], partners: dict[int, int]) -> "Outline":
        """`partners` are old positions by new position."""
        became = {
            old[i].section: new[j].section for j, i in partners.items() if new[j].kind == old[i].kind == "heading"
        }
        return cls(_titles(old), _titles(new), {NO_SECTION: NO_SECTION} | became)

    def title(self, old: int) -> str:
        """What an old section is called now, or was called if it is gone; empty without a heading."""
        return self.new_titles.get(self.partners[old], "") if old in self.partners else self.old_titles.get(old, "")

    def sections(
        self, places: Sequence[Place], counts: Iterable[tuple[int, int, int]], blocks: "Both"
    ) -> list[Section]:
        """In reading order. `counts` are words added and removed, links and pictures that changed, at each place."""
        keys = [self._key(place, blocks) for place in places]
        totals: dict[Key, tuple[int, int, int]] = dict.fromkeys(keys, (0, 0, 0))
        for place, key, (added, removed, turned) in zip(places, keys, counts, strict=True):
            if not blocks.is_heading(place):
                told = totals[key]
                totals[key] = (told[0] + added, told[1] + removed, told[2] + turned)
        came_from = {new: old for old, new in self.partners.items()}
        return [self._section(key, came_from, total) for key, total in totals.items()]

    def _key(self, place: Place, blocks: "Both") -> Key:
        i, j = place
        if j is not None:
            return None, blocks.new[j].section
        assert i is not None
        section = blocks.old[i].section
        return (None, self.partners[section]) if section in self.partners else (section, None)

    def _section(self, key: Key, came_from: dict[int, int], total: tuple[int, int, int]) -> Section:
        old, new = key
        added, removed, _ = total
        if new is None:
            assert old is not None
            return Section(self.old_titles[old], "removed", self.old_titles[old], added, removed)
        title = self.new_titles.get(new, "")
        if new not in came_from:
            return Section(title, "added", "", added, removed)
        old_title = self.old_titles.get(came_from[new], "")
        op: SectionOp = "renamed" if old_title != title else "changed" if any(total) else "same"
        return Section(title, op, old_title, added, removed)


@dataclass(frozen=True)
class Both:
    """The blocks of the old and the new text."""

    old: Sequence[Block]
    new: Sequence[Block]

    def at(self, place: Place) -> tuple[Block | None, Block | None]:
        i, j = place
        return (None if i is None else self.old[i]), (None if j is None else self.new[j])

    def is_heading(self, place: Place) -> bool:
        i, j = place
        block = self.new[j] if j is not None else self.old[i or 0]
        return block.kind == "heading"


def _titles(blocks: Sequence[Block]) -> dict[int, str]:
    return {block.section: block.text for block in blocks if block.kind == "heading"}

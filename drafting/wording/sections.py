"""What happened to each section: its heading, and the words below it up to the next heading of any level."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .blocks import NO_SECTION, Block

SectionOp = Literal["same", "changed", "added", "removed", "renamed"]
Place = tuple[int | None, int | None]
"""Positions of an old and a new block; one of them may be missing."""


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
        found = {key: self._section(*key) for key in (self._key(place, blocks) for place in places)}
        for place, (added, removed, turned) in zip(places, counts, strict=True):
            key = self._key(place, blocks)
            if not blocks.is_heading(place):
                told = found[key]
                op: SectionOp = "changed" if told.op == "same" and (added or removed or turned) else told.op
                found[key] = replace(
                    told, op=op, words_added=told.words_added + added, words_removed=told.words_removed + removed
                )
        return list(found.values())

    def _key(self, place: Place, blocks: "Both") -> tuple[int | None, int | None]:
        i, j = place
        if j is not None:
            return None, blocks.new[j].section
        assert i is not None
        section = blocks.old[i].section
        return (None, self.partners[section]) if section in self.partners else (section, None)

    def _section(self, old: int | None, new: int | None) -> Section:
        if new is None:
            assert old is not None
            return Section(self.old_titles[old], "removed", self.old_titles[old])
        title = self.new_titles.get(new, "")
        came_from = next((number for number, became in self.partners.items() if became == new), None)
        if came_from is None:
            return Section(title, "added")
        old_title = self.old_titles.get(came_from, "")
        return Section(title, "same" if old_title == title else "renamed", old_title)


@dataclass(frozen=True)
class Both:
    """The blocks of the old and the new text."""

    old: Sequence[Block]
    new: Sequence[Block]

    def is_heading(self, place: Place) -> bool:
        i, j = place
        block = self.new[j] if j is not None else self.old[i or 0]
        return block.kind == "heading"


def _titles(blocks: Sequence[Block]) -> dict[int, str]:
    return {block.section: block.text for block in blocks if block.kind == "heading"}

"""What somebody changed in a text, gathered into suggestions, and which suggestions are in each other's way. Pure."""

from collections.abc import Mapping, Sequence

from ..drafts.layout import Place

NEAR = 40  # characters of unchanged text between two edits that belong together

Edit = tuple[int, int, str]
"""Replace the characters from the first to before the second by the third."""


def grouped(old: str, edits: Sequence[Edit]) -> list[Edit]:
    """`edits` of `old`, in order, with those near each other made one, of whole words. A new paragraph begins a new
    one.
    """
    groups: list[Edit] = []
    for start, end, words in edits:
        if groups:
            first, last, put = groups[-1]
            between = old[last:start]
            if len(between) <= NEAR and "\n\n" not in put[-1:] + between + words[:1]:
                groups[-1] = (first, end, put + between + words)
                continue
        groups.append((start, end, words))
    edges = [0, *(edge for start, end, _ in groups for edge in (start, end)), len(old)]
    return [_whole_words(old, group, first=edges[2 * n], last=edges[2 * n + 3]) for n, group in enumerate(groups)]


def _whole_words(old: str, edit: Edit, *, first: int, last: int) -> Edit:
    """`edit` with the whole of the words that it changes a part of, if they lie between `first` and `last`."""
    start, end, words = edit
    begins, ends = (old[start:end] or words)[:1], (old[start:end] or words)[-1:]
    while start > first and old[start - 1].isalnum() and (begins.isalnum() or words[:1].isalnum()):
        start -= 1
        words = old[start] + words
    while end < last and old[end].isalnum() and (ends.isalnum() or words[-1:].isalnum()):
        words += old[end]
        end += 1
    return start, end, words


def colliding(places: Mapping[int, Place]) -> dict[int, list[int]]:
    """Per suggestion, the others that would change the same words; those without any are not in it."""
    found: dict[int, list[int]] = {}
    open_ones: list[int] = []
    for one in sorted(places, key=lambda one: (places[one].start, places[one].end, one)):
        here = places[one]
        open_ones = [other for other in open_ones if _meet(places[other], here)] + [one]
        for other in open_ones[:-1]:
            found.setdefault(other, []).append(one)
            found.setdefault(one, []).append(other)
    return found


def _meet(first: Place, second: Place) -> bool:
    """Whether they share a character, or put something in at the same point. `first` does not begin later."""
    return second.start < first.end or (first.start == first.end == second.start)


def fitting(places: Mapping[int, Place]) -> list[int]:
    """Those that can be applied together, as they come in the text; of those in each other's way, the first."""
    found: list[int] = []
    at = 0
    for one in sorted(places, key=lambda one: (places[one].start, places[one].end, one)):
        if places[one].start >= at:
            found.append(one)
            at = places[one].end
    return found


def applied(text: str, changes: Sequence[tuple[Place, str]]) -> str:
    """`text` with these in it; of those that are in each other's way, the first."""
    pieces, at = [], 0
    for one in fitting({number: place for number, (place, _) in enumerate(changes)}):
        place, words = changes[one]
        pieces += [text[at : place.start], words]
        at = place.end
    return "".join([*pieces, text[at:]])

"""What the picture of a change shows: a few passages with what went and what came, and the same in words. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .graphemes import clip
from .names import clean_line, clean_sentence
from .prose import Comparison, Piece
from .runs import Kind, Run, apart, counted, near_changes, runs, shortened
from .summary import ChangeSummary
from .tongue import Tongue, tongue
from .tree import direction

MOST_PASSAGES = 3
MOST_WORDS = 160
"""Of all passages together; the picture holds fewer."""
SPACE_BEFORE_SIGN = re.compile(r" ([.,])(?=\s|$)")
ALT_LIMIT = 1000
"""Characters; Mastodon takes 1,500, Bluesky 2,000, and who listens has not all day."""


@dataclass(frozen=True)
class About:
    """What is the case apart from the text; `withdraws` is the version that is taken back, `because` why."""

    title: str
    event: str
    number: int
    kind: str
    standing: str
    host: str
    language: str
    withdraws: int | None = None
    because: str = ""


@dataclass(frozen=True)
class Passage:
    """`section` is the heading above it, empty if there is none."""

    section: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Card:
    """`version` "Version 14 · Common text"; `counts` "12 words added, 5 removed."; `note` is shown where there are no
    passages. `alt` is the whole picture in words.
    """

    title: str
    event: str
    version: str
    passages: tuple[Passage, ...]
    note: str
    counts: str
    standing: str
    host: str
    language: str
    alt: str

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as most of it reads."""
        return direction(" ".join(run.text for passage in self.passages for run in passage.runs) or self.title)


def drawn_up(about: About, comparison: Comparison, change: ChangeSummary) -> Card:
    """The card of a change; a first version is compared with an empty text."""
    speech = tongue(about.language)
    passages: tuple[Passage, ...] = ()
    if about.withdraws is None:
        passages = tuple(_passages(comparison, about.title, whole=change.first or change.rewritten))
        note = "" if passages else change.what(speech)
        counts = change.what(speech) if change.first else change.counts(speech)
        counts = f"{speech.say('Mostly rewritten.')} {counts}" if change.rewritten else counts
    else:
        taken_back = speech.say("Version {number} is taken back.", number=about.withdraws)
        note, counts = f"{taken_back} {about.because}", ""
    title = clean_line(about.title, 90) or speech.say("A text")
    return Card(
        title=title,
        event=clean_line(about.event, 60),
        version=f"{speech.say('Version {number}', number=about.number)} · {about.kind}",
        passages=passages,
        note=clean_sentence(note, 200),
        counts=counts,
        standing=clean_sentence(about.standing, 110),
        host=clean_line(about.host, 40),
        language=about.language,
        alt=_in_words(
            speech.say("{title}, version {number}.", title=title, number=about.number),
            passages,
            clean_sentence(note, ALT_LIMIT),
            speech,
        ),
    )


def _passages(comparison: Comparison, title: str, *, whole: bool) -> Iterator[Passage]:
    """Those that tell most, in reading order; of a new or rewritten text, its beginning as it is now."""
    blocks = [piece for piece in comparison.blocks if piece.kind != "heading"]
    told = list(_beginning(blocks) if whole else _changes(blocks))
    if not whole:
        most = sorted(told, key=lambda each: -_weight(each[1]))[:MOST_PASSAGES]
        told = [each for each in told if each in most]
    left = MOST_WORDS
    for section, found in told[:MOST_PASSAGES]:
        kept = shortened(found, left)
        left -= sum(counted(run.text) for run in found)
        if kept:
            yield Passage("" if section == title else clean_line(section, 70), tuple(kept))


def _beginning(blocks: list[Piece]) -> Iterator[tuple[str, list[Run]]]:
    for piece in blocks:
        if piece.new_words.strip():
            yield piece.new_section, [Run("same", piece.new_words)]


def _changes(blocks: list[Piece]) -> Iterator[tuple[str, list[Run]]]:
    """A paragraph that went and one that came beside it are one change: they are mostly each other's place."""
    before: tuple[str, str, list[Run]] | None = None
    for piece in [piece for piece in blocks if piece.words_added or piece.words_removed]:
        section, found = piece.new_section or piece.old_section, near_changes(runs(piece))
        if before and before[:2] == (section, "removed") and piece.op == "added":
            before = (section, "replaced", apart([*before[2], *found]))
            continue
        if before:
            yield before[0], before[2]
        before = (section, piece.op, found)
    if before:
        yield before[0], before[2]


def _weight(found: list[Run]) -> int:
    return sum(counted(run.text) for run in found if run.kind != "same")


def _in_words(told: str, passages: tuple[Passage, ...], note: str, speech: Tongue) -> str:
    for passage in passages:
        if passage.section:
            told += " " + speech.say("Under “{section}”:", section=passage.section)
        before, after = _side(passage, "gone"), _side(passage, "new")
        if before == after:
            told += f" {after}"
            continue
        if before:
            told += " " + speech.say("Before: {words}", words=before)
        told += " " + (speech.say("After: {words}", words=after) if after else speech.say("Now it is gone."))
    return clip(" ".join(f"{told} {note}".split()), ALT_LIMIT)


def _side(passage: Passage, kind: Kind) -> str:
    """As it read before, or as it reads after; empty if nothing of it was there."""
    words = " ".join("".join(run.text for run in passage.runs if run.kind in ("same", kind)).split())
    # Between what went and what came stands a space that is in neither text.
    return "“" + SPACE_BEFORE_SIGN.sub(r"\1", words) + "”" if words else ""

"""Words that went and words that came, marked up so that eye and ear can tell them apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .align import Run, runs
from .words import STRUCK, Phrase, Word

ALOUD = {"ins": "added:", "del": "removed:"}
TINY_LETTERS = 3
LITTLE = 5
"""A stretch that stayed is no island if it has at least a fifth of the letters that changed around it."""
REWRITTEN = 0.4
"""With less than this share of the shorter one kept, old and new are easier to read one after the other."""


class Marked(NamedTuple):
    """HTML with <ins> and <del>, and how many words each kind has."""

    html: str
    added: int = 0
    removed: int = 0


def all_new(phrase: Phrase) -> Marked:
    return Marked(_inserted(phrase.words) + "".join(phrase.tail), added=phrase.spoken)


def all_gone(phrase: Phrase) -> Marked:
    return Marked(_deleted(phrase.words).lstrip(), removed=phrase.spoken)


def difference(old: Phrase, new: Phrase) -> Marked:
    """The new phrase with what was added marked, and what was removed where it stood. Tags are those of the new one."""
    found = _readable(runs([word.key for word in old.words], [word.key for word in new.words]), old.words, new.words)
    html, added, removed = [], 0, 0
    for run in found:
        gone, come = old.words[run.old_from : run.old_to], new.words[run.new_from : run.new_to]
        if run.same:
            html.append(_as_it_is(come))
            continue
        html += [_deleted(gone), _inserted(come)]
        removed += sum(word.spoken for word in gone)
        added += sum(word.spoken for word in come)
        if gone and not come and _space_is_lost(run, old.words, new.words):
            html.append(" ")
    return Marked("".join(html) + "".join(new.tail), added, removed)


def _space_is_lost(run: Run, old: Sequence[Word], new: Sequence[Word]) -> bool:
    following_old = old[run.old_to : run.old_to + 1]
    following_new = new[run.new_to : run.new_to + 1]
    return any(" " in word.lead for word in following_old) and not any(" " in word.lead for word in following_new)


def _as_it_is(words: Iterable[Word]) -> str:
    return "".join(piece for word in words for piece in (*word.lead, word.html))


def _inserted(words: Sequence[Word]) -> str:
    """Marks only words, never tags, so that any tags around them stay properly nested."""
    html: list[str] = []
    opened, said = False, False
    for word in words:
        for piece in word.lead:
            if piece != " " and opened:
                html.append("</ins>")
                opened = False
            html.append(piece)
        if not opened:
            html.append("<ins>" if said else _opening("ins"))
            opened = said = True
        html.append(word.html)
    return "".join(html) + "</ins>" * opened


def _deleted(words: Sequence[Word]) -> str:
    if not words:
        return ""
    spaced = [(" " if " " in word.lead else "") + _alone(word) for word in words]
    before = " " if spaced[0].startswith(" ") else ""
    return before + _opening("del") + "".join(spaced)[len(before) :] + "</del>"


def _alone(word: Word) -> str:
    return f"<s>{word.html}</s>" if word.key.endswith(STRUCK) else word.html


def _opening(tag: str) -> str:
    return f'<{tag}><span class="vh" dir="ltr">{ALOUD[tag]} </span>'


@dataclass
class _Stretch:
    run: Run
    letters: int
    words: int


def _readable(found: list[Run], old: Sequence[Word], new: Sequence[Word]) -> list[Run]:
    """Islands of a lone "the" between two changes become part of the change; what is mostly rewritten is one change."""
    stretches = [_measure(run, old, new) for run in found]
    kept = sum(stretch.letters for stretch in stretches if stretch.run.same)
    everything = min(sum(len(word.key) for word in words if word.spoken) for words in (old, new))
    if any(not run.same for run in found) and kept < REWRITTEN * everything:
        return [Run(False, 0, len(old), 0, len(new))]
    merged: list[_Stretch] = []
    for at, stretch in enumerate(stretches):
        following = stretches[at + 1].letters if at + 1 < len(stretches) else None
        if merged and following is not None and stretch.run.same and _is_island(merged[-1], stretch, following):
            stretch = _Stretch(stretch.run._replace(same=False), stretch.letters, stretch.words)
        if merged and not stretch.run.same and not merged[-1].run.same:
            before = merged[-1]
            joined = Run(False, before.run.old_from, stretch.run.old_to, before.run.new_from, stretch.run.new_to)
            merged[-1] = _Stretch(joined, before.letters + stretch.letters, 0)
        else:
            merged.append(stretch)
    return [stretch.run for stretch in merged]


def _is_island(before: _Stretch, island: _Stretch, letters_after: int) -> bool:
    if island.words == 0 or (island.words == 1 and island.letters <= TINY_LETTERS):
        return True
    return island.letters * LITTLE < min(before.letters, letters_after)


def _measure(run: Run, old: Sequence[Word], new: Sequence[Word]) -> _Stretch:
    there = [word for word in new[run.new_from : run.new_to] if word.spoken]
    gone = [] if run.same else [word for word in old[run.old_from : run.old_to] if word.spoken]
    return _Stretch(run, sum(len(word.key) for word in (*there, *gone)), len(there) + len(gone))

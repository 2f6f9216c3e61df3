"""Making a post fit: what matters least goes first; a link or a grapheme is never cut."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .graphemes import clip, count
from .measures import Limits


class DoesNotFit(Exception):
    """Not even what must stay fits: the limit is smaller than the link and a word."""


@dataclass(frozen=True)
class Part:
    """One piece of a post: what comes before it if it is not the first, and what it stays enclosed in when clipped."""

    name: str
    text: str
    before: str = "\n"
    around: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        return self.around[0] + self.text + self.around[1] if self.text else ""


@dataclass(frozen=True)
class Step:
    """One thing to give up: clip the part down to `shortest` graphemes, then, if it `may_go`, leave it out."""

    name: str
    shortest: int | None = None
    may_go: bool = True


def fit(parts: Sequence[Part], ladder: Sequence[Step], limits: Limits) -> str:
    """The parts in their order, shortened step by step until both limits hold. Same input, same text.

    A part that no step names is never touched. Raises DoesNotFit if the ladder ends first.
    """
    kept = {part.name: part for part in parts}
    if limits.hold(joined(kept.values())):
        return joined(kept.values())
    for step in ladder:
        for shorter in _ever_shorter(kept[step.name], step, limits):
            kept[step.name] = shorter
            if limits.hold(joined(kept.values())):
                return joined(kept.values())
    raise DoesNotFit


def joined(parts: Iterable[Part]) -> str:
    """What people see; empty parts are left out."""
    text = ""
    for part in parts:
        if shown := str(part):
            text += (part.before if text else "") + shown
    return text


def _ever_shorter(part: Part, step: Step, limits: Limits) -> Iterator[Part]:
    if step.shortest is not None:
        longest = count(part.text) - 1
        if limits.units is not None:
            longest = min(longest, limits.units)
        # One by one, because half an address may count for more than the whole one.
        for length in range(longest, step.shortest - 1, -1):
            yield replace(part, text=clip(part.text, length))
    if step.may_go:
        yield replace(part, text="")

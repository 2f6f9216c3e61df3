"""Several changes in one post: which texts, which versions, what changed, as far as there is room. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .counting import number
from .fitting import DoesNotFit
from .measures import Limits
from .names import clean_line
from .posts import COMMIT_DIGITS, hashtag
from .standing import capital

WHAT_LIMIT = 200


@dataclass(frozen=True)
class Entry:
    """One text: its versions from `first` to `last`, and what changed in the newest, in a sentence or none."""

    title: str
    first: int
    last: int
    what: str = ""

    @property
    def versions(self) -> str:
        return f"version {self.last}" if self.first == self.last else f"versions {self.first} to {self.last}"


def compose(
    entries: Sequence[Entry], *, event: str, link: str, tags: Sequence[str], commit: str, limits: Limits
) -> str:
    """The newest first. What is given up: what changed, then whole texts, which are counted. The link, the tags and the
    commit always stand at the end. Raises DoesNotFit.
    """
    total = sum(entry.last - entry.first + 1 for entry in entries)
    head = f"{clean_line(event, 120) or 'An event'}: {capital(number(total))} new versions"
    end = "\n".join(filter(None, (link, " ".join(map(hashtag, tags)), commit[:COMMIT_DIGITS])))
    for told in _ever_shorter(entries):
        text = f"{head}\n\n{told}\n\n{end}" if told else f"{head}\n{end}"
        if limits.hold(text):
            return text
    raise DoesNotFit


def merged(entries: Sequence[Entry]) -> list[Entry]:
    """One for each text, the one that changed last first; `entries` are in the order in which they were published."""
    found: dict[str, Entry] = {}
    for entry in entries:
        earlier = found.pop(entry.title, entry)
        found[entry.title] = Entry(entry.title, min(earlier.first, entry.first), entry.last, entry.what)
    return list(reversed(found.values()))


def _ever_shorter(entries: Sequence[Entry]) -> Iterator[str]:
    yield "\n".join(_line(entry, what=True) for entry in entries)
    for shown in range(len(entries), 0, -1):
        left = len(entries) - shown
        more = [f"and {number(left)} more {'texts' if left > 1 else 'text'}"] if left else []
        yield "\n".join([*(_line(entry, what=False) for entry in entries[:shown]), *more])
    yield ""


def _line(entry: Entry, *, what: bool) -> str:
    said = f"{clean_line(entry.title, 120) or 'A text'}: {entry.versions}"
    return f"{said}. {clean_line(entry.what, WHAT_LIMIT)}" if what and entry.what else said

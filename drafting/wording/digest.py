"""Several changes in one post: which texts, which versions, what changed, as far as there is room. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .fitting import DoesNotFit
from .measures import Limits
from .names import clean_line, clean_sentence
from .posts import COMMIT_DIGITS, hashtag
from .standing import capital
from .tongue import ENGLISH, Tongue

WHAT_LIMIT = 200


@dataclass(frozen=True)
class Entry:
    """One text: its versions from `first` to `last`, and what changed in the newest, in a sentence or none."""

    title: str
    first: int
    last: int
    what: str = ""

    def versions(self, tongue: Tongue = ENGLISH) -> str:
        if self.first == self.last:
            return tongue.say("version {number}", number=self.last)
        return tongue.say("versions {first} to {last}", first=self.first, last=self.last)


def compose(
    entries: Sequence[Entry],
    *,
    event: str,
    link: str,
    tags: Sequence[str],
    commit: str,
    limits: Limits,
    tongue: Tongue = ENGLISH,
) -> str:
    """The newest first. What is given up: what changed, then whole texts, which are counted. The link, the tags and the
    commit always stand at the end. Raises DoesNotFit.
    """
    total = sum(entry.last - entry.first + 1 for entry in entries)
    head = headline(event, total, tongue)
    end = "\n".join(filter(None, (link, " ".join(map(hashtag, tags)), commit[:COMMIT_DIGITS])))
    for told in _ever_shorter(entries, tongue):
        text = f"{head}\n\n{told}\n\n{end}" if told else f"{head}\n{end}"
        if limits.hold(text):
            return text
    raise DoesNotFit


def headline(event: str, versions: int, tongue: Tongue = ENGLISH) -> str:
    """`River day: three new versions`."""
    name = clean_line(event, 120) or tongue.say("An event")
    many = capital(tongue.number(versions))
    return tongue.count("{event}: {many} new version", "{event}: {many} new versions", versions, event=name, many=many)


def merged(entries: Sequence[Entry]) -> list[Entry]:
    """One for each text, the one that changed last first; `entries` are in the order in which they were published."""
    found: dict[str, Entry] = {}
    for entry in entries:
        earlier = found.pop(entry.title, entry)
        found[entry.title] = Entry(entry.title, min(earlier.first, entry.first), entry.last, entry.what)
    return list(reversed(found.values()))


def _ever_shorter(entries: Sequence[Entry], tongue: Tongue) -> Iterator[str]:
    yield "\n".join(_line(entry, tongue) for entry in entries)
    for shown in range(len(entries), 0, -1):
        left = len(entries) - shown
        more = [_more(left, tongue)] if left else []
        yield "\n".join([*(_line(entry, tongue, what=False) for entry in entries[:shown]), *more])
    yield ""


def _more(texts: int, tongue: Tongue) -> str:
    return tongue.count("and {many} more text", "and {many} more texts", texts, many=tongue.number(texts))


def _line(entry: Entry, tongue: Tongue, *, what: bool = True) -> str:
    name = clean_line(entry.title, 120) or tongue.say("A text")
    said = tongue.say("{title}: {versions}", title=name, versions=entry.versions(tongue))
    return f"{said}. {clean_sentence(entry.what, WHAT_LIMIT)}" if what and entry.what else said

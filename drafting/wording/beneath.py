"""What changed without a word changing: where links lead, which words are struck through, which pictures are shown."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from markdown_it.token import Token

from .align import runs
from .graphemes import clip
from .words import PICTURE, STRUCK, Phrase, Word, fold

GLIMPSE = 60
LOOKED_AT = 20_000
"""Letters of a paragraph in which the words of links are looked for; in a longer one each is told."""


class Link(NamedTuple):
    """`address` with the title that some links have, and the words it stands on."""

    address: str
    words: str


class Turn(NamedTuple):
    """A link that leads elsewhere now; one of the addresses is empty if there was or is no link."""

    before: str
    now: str

    def told(self, where: str) -> str:
        """One sentence; `where` is like `here` or `in “Water”`."""
        if not self.before:
            return f"A link {where} is new and leads to {self.now}."
        if not self.now:
            return f"A link {where} is gone; it led to {self.before}."
        return f"A link {where} now leads to {self.now} (before: {self.before})."


class Strike(NamedTuple):
    """Words that stayed and are, or are no longer, struck through."""

    words: str
    now: bool

    def told(self, where: str = "") -> str:
        """One sentence, which begins with `where`, like `In “Water”, `."""
        return f"{where}“{self.words}” is {'now' if self.now else 'no longer'} struck through."


class Picture(NamedTuple):
    """`words` are its description, empty if it has none."""

    address: str
    words: str


class Look(NamedTuple):
    """A picture that came, went, or is described in other words."""

    before: Picture | None
    now: Picture | None

    def told(self, where: str = "") -> str:
        """One sentence; `where` is like `in “Water”`."""
        picture = self.now or self.before
        assert picture is not None
        what = "description changed" if self.now and self.before else "added" if self.now else "removed"
        said = clip(picture.words, GLIMPSE) or "it has no description"
        return f"Picture {f'{what} {where}'.rstrip()}: {said.rstrip('.')}."


def addresses(children: Iterable[Token]) -> tuple[str, ...]:
    """Of all links and pictures in parsed inline text."""
    return tuple(_address(token) for token in children if token.type in ("link_open", "image"))


def links(children: Iterable[Token]) -> list[Link]:
    """The links in parsed inline text, in order."""
    found: list[Link] = []
    said: list[str] | None = None
    for token in children:
        if token.type == "link_open":
            found.append(Link(_address(token), ""))
            said = []
        elif token.type == "link_close" and said is not None:
            found[-1] = found[-1]._replace(words=fold("".join(said)))
            said = None
        elif said is not None:
            said.append(token.content or " " * token.type.endswith("break"))
    return found


def pictures(children: Iterable[Token]) -> list[Picture]:
    """The pictures in parsed inline text, in order."""
    return [Picture(_address(token), fold(_described(token))) for token in children if token.type == "image"]


def _described(picture: Token) -> str:
    """What is said of a picture, as its readers see it."""
    return "".join(child.content or " " * child.type.endswith("break") for child in picture.children or ())


def looked(old: Sequence[Picture], new: Sequence[Picture]) -> tuple[Look, ...]:
    """Pictures that only one has, those that came first; the same one in other words is told once."""
    if not old and not new:
        return ()
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    was = {picture.address: picture for picture in gone}
    looks = [Look(was.pop(picture.address, None), picture) for picture in come.elements()]
    gone -= Counter(look.before for look in looks if look.before)
    return (*looks, *(Look(picture, None) for picture in gone.elements()))


def _address(token: Token) -> str:
    address, title = (str(token.attrGet(name) or "") for name in ("src" if token.type == "image" else "href", "title"))
    return f"{address} “{title}”" if title else address


def turned(old: Sequence[Link], new: Sequence[Link], old_text: str, new_text: str) -> tuple[Turn, ...]:
    """Links that lead elsewhere. One that came or went together with its words is not told: the words are marked.

    Links on the same words are compared first, then what is left over, in order.
    """
    if not old and not new:
        return ()
    turns: list[Turn] = []
    gone, come = _by_words(old), _by_words(new)
    for said in [said for said in gone if said in come]:
        before, now = gone[said], come[said]
        if len(before) != len(now):
            before, now = _without(gone[said], come[said]), _without(come[said], gone[said])
        turns += [Turn(*pair) for pair in zip(before, now, strict=False) if pair[0] != pair[1]]
        gone[said], come[said] = before[len(now) :], now[len(before) :]
    left = [Link(address, said) for said, some in gone.items() for address in some]
    came = [Link(address, said) for said, some in come.items() for address in some]
    old_text, new_text = fold(old_text), fold(new_text)
    at = {link.address: link for link in came}
    kept = {
        link.address for link in left if link.address in at and _reworded(link, at[link.address], old_text, new_text)
    }
    left, came = ([link for link in some if link.address not in kept] for some in (left, came))
    for was, is_now in zip_longest(left, came):
        if was and is_now and was.address != is_now.address:
            turns.append(Turn(was.address, is_now.address))
            continue
        if was and _says(new_text, was.words):
            turns.append(Turn(was.address, ""))
        if is_now and _says(old_text, is_now.words):
            turns.append(Turn("", is_now.address))
    return tuple(turns)


def _reworded(was: Link, is_now: Link, old_text: str, new_text: str) -> bool:
    """Whether the same address stands on other words because those changed, and not because the link went elsewhere."""
    within = was.words in is_now.words or is_now.words in was.words
    return within or not (_says(new_text, was.words) and _says(old_text, is_now.words))


def _says(text: str, words: str) -> bool:
    return len(text) > LOOKED_AT or words in text


def _by_words(links: Iterable[Link]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for link in links:
        found[link.words].append(link.address)
    return found


def _without(addresses: list[str], others: list[str]) -> list[str]:
    return [
        address for run in runs(addresses, others) if not run.same for address in addresses[run.old_from : run.old_to]
    ]


def struck(old: Sequence[Phrase], new: Sequence[Phrase]) -> tuple[Strike, ...]:
    """Words that both have and only one has struck through, side by side as one."""
    before, now = ([word for phrase in some for word in phrase.words] for some in (old, new))
    strikes: list[Strike] = []
    for run in runs([_bare(word) for word in before], [_bare(word) for word in now]):
        if not run.same:
            continue
        pairs = zip(before[run.old_from : run.old_to], now[run.new_from : run.new_to], strict=True)
        for (was, is_now), some in groupby(pairs, key=lambda pair: tuple(w.key.endswith(STRUCK) for w in pair)):
            if was != is_now:
                strikes.append(Strike(_said([word for _, word in some]), is_now))
    return tuple(strikes)


def _bare(word: Word) -> str:
    return word.key.removesuffix(STRUCK)


def _said(words: Sequence[Word]) -> str:
    spaced = (
        " " * (" " in word.lead) + ("a picture" if word.key.startswith(PICTURE) else _bare(word)) for word in words
    )
    return clip(" ".join("".join(spaced).split()), GLIMPSE)

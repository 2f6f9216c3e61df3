"""The words of a post about a published version, from most to least important."""

import re
from dataclasses import dataclass, replace

from .fitting import Part, Step, fit
from .graphemes import standing_alone
from .measures import Limits
from .names import clean_line, clean_sentence
from .standing import capital, no_answer
from .tongue import ENGLISH, Tongue

COMMIT_DIGITS = 7
NOT_WRITTEN_YET = "·" * COMMIT_DIGITS
"""In a preview, in the place of the commit that there will be."""
LINE_LIMIT = 2_000

LADDER = (
    Step("quote", shortest=40),
    Step("counts"),
    Step("tags"),
    Step("what", shortest=20),
    Step("headline", shortest=40, may_go=False),
    Step("promise"),
    Step("standing"),
    Step("kind"),
    Step("headline", shortest=1, may_go=False),
)
"""What is given up, first to last. The link is not on it, nor the commit: many witnesses are to hold it."""


@dataclass(frozen=True)
class PostParts:
    """What may be said. Empty parts are left out; any text is cleaned to one line here.

    `headline` "Assembly charter: version 14 published"; `kind` "Common text."; `standing` "Written by people at the
    event. The council has not agreed to it."; `what` "“Speakers” and “Water” changed."; `counts` "12 words added, 5
    removed."; `quote` without quotation marks; `promise` "We listen, the council decides."; `link` the permalink, empty
    where it travels as a card; `tags` words for hashtags; `commit` the full commit id.
    """

    headline: str
    kind: str = ""
    standing: str = ""
    what: str = ""
    counts: str = ""
    quote: str = ""
    promise: str = ""
    link: str = ""
    tags: tuple[str, ...] = ()
    commit: str = ""


def headline(title: str, version: int, *, withdraws: int | None = None, tongue: Tongue = ENGLISH) -> str:
    """`Assembly charter: version 14 published`."""
    name = clean_line(title, 120) or tongue.say("A text")
    if withdraws is None:
        return tongue.say("{title}: version {number} published", title=name, number=version)
    told = "{title}: version {number} takes back version {withdrawn}"
    return tongue.say(told, title=name, number=version, withdrawn=withdraws)


def hashtag(words: str) -> str:
    """`citizens assembly` as `#CitizensAssembly`, which screen readers can read out; empty if nothing remains."""
    parts = re.findall(r"\w+", clean_line(words, 60))
    if len(parts) == 1:
        return f"#{parts[0]}"
    return "#" + "".join(map(capital, parts)) if parts else ""


def compose(post: PostParts, limits: Limits, tongue: Tongue = ENGLISH) -> str:
    """The post for a place with these limits. Raises DoesNotFit if the link and a letter of the headline do not."""
    if no_answer(tongue) in post.promise:  # once is enough
        post = replace(post, standing=post.standing.replace(no_answer(tongue), ""))
    parts = [
        _part(post, "headline"),
        _part(post, "kind"),
        _part(post, "standing", before=" " if post.kind else "\n"),
        _part(post, "what", before="\n\n"),
        _part(post, "counts", before=" " if post.what else "\n\n"),
        _part(post, "quote", before="\n\n", around=("“", "”")),
        _part(post, "promise", before="\n\n"),
        Part("link", post.link),
        Part("tags", " ".join(filter(None, map(hashtag, post.tags)))),
        Part("commit", post.commit[:COMMIT_DIGITS]),
    ]
    return fit(parts, LADDER, limits)


def _part(post: PostParts, name: str, before: str = "\n", around: tuple[str, str] = ("", "")) -> Part:
    return Part(name, standing_alone(clean_sentence(getattr(post, name), LINE_LIMIT)), before, around)

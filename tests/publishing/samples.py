"""The sample posts of docs/posts.md: `python -m tests.publishing.samples` writes them anew."""

from drafting.paths import ROOT
from drafting.publishing.announcement import Announcement, fitted
from drafting.publishing.drawing import draw
from drafting.wording import prose, standing, summary
from drafting.wording.measures import MASTODON
from tests.publishing.cards import CARDS, TEXTS

SHOWN = {"en": "English", "ar": "Arabic", "zh-Hans": "Chinese"}
COUNCIL = "the city council"
PAGE, FOLDER = ROOT / "docs" / "posts.md", ROOT / "docs" / "images" / "posts"
HEAD = """\
# What a post looks like

Three posts as Mastodon shows them, made from texts of events that never were, each with its picture and what the
picture says to those who listen. What a post says, and what is given up first where it would be too long, is in
`wording/posts.py`; what a picture shows in `wording/card.py`. This page and its pictures are written by
`python -m tests.publishing.samples`, and a test holds them to what is posted today.
"""


def post(language: str) -> str:
    title, event, before, after = TEXTS[language]
    change = summary.summarise(prose.compare(before, after))
    told = Announcement(
        event_title=event, event_slug="water", draft_title=title, draft_slug="charter", kind="common", number=14,
        url="https://drafts.example.org/e/water/charter/14", summary="", what=change.what(), quote=change.quote,
        counts=change.counts(),
        words_added=change.words_added, words_removed=change.words_removed, standing=standing.disclaimer(COUNCIL),
        promise=standing.promise_words("consult", COUNCIL), decider=COUNCIL, hashtag="WaterAssembly",
        language=language, commit="4f0c2a9d" * 5,
    )  # fmt: skip
    return fitted(told, MASTODON)


def page() -> str:
    parts = [
        f"\n## {name}\n\n```\n{post(language)}\n```\n\n![{CARDS[language].alt}](images/posts/{language}.png)\n"
        f"\nSaid of the picture: {CARDS[language].alt}\n"
        for language, name in SHOWN.items()
    ]
    return HEAD + "".join(parts)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page())
    for language in SHOWN:
        (FOLDER / f"{language}.png").write_bytes(draw(CARDS[language]))


if __name__ == "__main__":
    main()

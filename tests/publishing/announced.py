"""One announcement as every kind of place gets it, in five languages: `python -m tests.publishing.announced` writes the
files of `golden/` anew, for a person to read.
"""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drafting.config import Settings
from drafting.publishing.announcement import Announcement
from drafting.publishing.channels.kind import Ground
from drafting.publishing.channels.mastodon_sizes import Sizes
from drafting.publishing.kinds import KINDS
from drafting.publishing.pictures import Picture
from drafting.wording import prose, standing, summary
from drafting.wording.tongue import tongue
from tests.publishing.cards import CARDS, TEXTS
from tests.publishing.newsroom import ground_of

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("en", "cy", "ar", "zh-Hans", "th")
DECIDERS = {"en": "the city council", "cy": "y cyngor", "ar": "مجلس المدينة", "zh-Hans": "市议会", "th": "สภาเมือง"}
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
CREDENTIALS = {
    "mastodon": {
        "server": "https://social.example.org", "token": "t", "id": "1", "visibility": "public",
        **Sizes(500, 23, 1500).as_text(),
    },
    "bluesky": {"handle": "river.example.org", "app_password": "p", "service": "https://pds.example.org"},
    "matrix": {"server": "https://matrix.example.org", "token": "t", "room": "!river:example.org"},
    "slack": {"url": "https://hooks.slack.example/x"},
    "discord": {"url": "https://discord.example/x"},
    "webhook": {"url": "https://hooks.example.org/in", "secret": "whsec_cml2ZXI="},
    "mail": {"sender": "River office", "answers": ""},
}  # fmt: skip


def announcement(language: str) -> Announcement:
    title, event, before, after = TEXTS[language]
    change, speech, decider = summary.summarise(prose.compare(before, after)), tongue(language), DECIDERS[language]
    return Announcement(
        event_title=event, event_slug="water", draft_title=title, draft_slug="charter", kind="common", number=14,
        url="https://drafts.example.org/e/water/charter/14", summary="", what=change.what(speech), quote=change.quote,
        counts=change.counts(speech), words_added=change.words_added, words_removed=change.words_removed,
        standing=standing.disclaimer(decider, "common", speech),
        promise=standing.promise_words("consult", decider, speech), decider=decider, hashtag="WaterAssembly",
        language=language, commit="4f0c2a9d" * 5, picture=Picture("d" * 64, CARDS[language].alt),
    )  # fmt: skip


def ground() -> Ground:
    folder = Path(tempfile.gettempdir())
    return ground_of(
        Settings(data=folder, repo_store=folder, base_url="https://drafts.example.org", base_url_given=True)
    )


def report(language: str) -> str:
    """Every place: the words, what stands beside them, and what goes over the wire."""
    told, here, parts = announcement(language), ground(), []
    for kind in KINDS.values():
        post = kind.open(CREDENTIALS.get(kind.word, {}), here).compose(told, thread=None, at=AT)
        body = json.dumps(_without_words(post.body, post.text), ensure_ascii=False, indent=1, sort_keys=True)
        parts.append(f"=== {kind.name}\n{post.text}\n--- beside\n{post.beside}\n--- body\n{body}\n")
    return "".join(parts)


def _without_words(body: Any, text: str) -> Any:
    """What stands above need not stand here once more."""
    if isinstance(body, dict):
        return {name: _without_words(value, text) for name, value in body.items()}
    return "(the words)" if body == text else body


def main() -> None:
    for language in LANGUAGES:
        (GOLDEN / f"{language}.txt").write_text(report(language), encoding="utf-8")


if __name__ == "__main__":
    main()

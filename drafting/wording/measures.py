"""How long a text is in the eyes of the places we post to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .graphemes import count

LINK_LENGTH = 23  # docs.joinmastodon.org/user/posting/#links
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# Mastodon shortens only what it knows for an address; anything else is counted as it stands.
PUBLIC_ADDRESS = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#][!-~]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """How much a place takes: `units` counted by `measure`, and UTF-8 bytes. None is no limit."""

    units: int | None = None
    size_bytes: int | None = None
    measure: Callable[[str], int] = count

    def hold(self, text: str) -> bool:
        """Whether the text fits in both."""
        if self.size_bytes is not None and len(text.encode()) > self.size_bytes:
            return False
        return self.units is None or self.measure(text) <= self.units


def mastodon_length(text: str, link_length: int = LINK_LENGTH) -> int:
    """Graphemes, with `link_length` for every address however long or short. Never less than Mastodon itself counts."""
    return count(ADDRESS.sub(partial(_shortened, link_length), text))


def _shortened(length: int, found: re.Match[str]) -> str:
    address = found[0]
    return "x" * length if PUBLIC_ADDRESS.fullmatch(address) else address.ljust(length, "x")


BLUESKY = Limits(300, 3000)  # lexicon app.bsky.feed.post: maxGraphemes 300, maxLength 3000 (UTF-8 bytes)
MASTODON = Limits(500, None, mastodon_length)  # docs.joinmastodon.org/user/posting/#text; servers may allow more
UNLIMITED = Limits()

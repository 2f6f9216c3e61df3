"""How much a Mastodon server takes, as it says itself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any

from ...wording.measures import LINK_LENGTH, Limits, mastodon_length

MOST = 100_000
"""Characters; whoever allows more is not believed."""


@dataclass(frozen=True)
class Sizes:
    """In characters: a post, a link in it however long, and the description of a picture.

    docs.joinmastodon.org/entities/Instance/#max_characters and what stands around it.
    """

    characters: int = 500
    link: int = LINK_LENGTH
    description: int = 1500

    @property
    def limits(self) -> Limits:
        return Limits(self.characters, None, partial(mastodon_length, link_length=self.link))

    def as_text(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def from_text(cls, kept: Mapping[str, str]) -> "Sizes":
        return cls(**{field.name: int(kept[field.name]) for field in fields(cls)})


def announced(instance: Any) -> Sizes:
    """Of what the server says about itself, by either version of the API; what it does not say is Mastodon's own."""
    configuration = _within(instance, "configuration")
    statuses, pictures = _within(configuration, "statuses"), _within(configuration, "media_attachments")
    return Sizes(
        characters=_size(statuses, "max_characters", _size(instance, "max_toot_chars", Sizes.characters)),
        link=_size(statuses, "characters_reserved_per_url", Sizes.link),
        description=_size(pictures, "description_limit", Sizes.description),
    )


def _within(found: Any, name: str) -> Any:
    return found.get(name) if isinstance(found, dict) else None


def _size(found: Any, name: str, otherwise: int) -> int:
    said = _within(found, name)
    return said if type(said) is int and 0 < said <= MOST else otherwise

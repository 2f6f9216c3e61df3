"""A version as it is handed to somebody who is not here: the text, and everything that must stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PICTURES_BYTES = 25 * 1024 * 1024
"""All pictures of one file together; where more stand in a text, the rest are described."""


@dataclass(frozen=True)
class Sheet:
    """What every form of it says, in words. `number` is that of the version, `facts` are a label and what it says each,
    `language` is a tag such as `pt-BR`, `home` the address of the site without a slash at its end, `released` seconds
    since 1970.

    `pictures` are the addresses in the text of those that exist, each with its file.
    """

    title: str
    number: int
    event: str
    kind: str
    version: str
    written_by: str
    not_agreed: str
    promise: str
    notices: Sequence[str]
    facts: Sequence[tuple[str, str]]
    permalink: str
    language: str
    home: str
    released: int
    text: str
    pictures: dict[str, Path] = field(default_factory=dict)

    def picture_files(self) -> dict[str, Path]:
        """As many of the pictures as there is room for. One whose file is gone is left out."""
        kept, room = {}, PICTURES_BYTES
        for address, file in self.pictures.items():
            size = file.stat().st_size if file.is_file() else room + 1
            if size <= room:
                kept[address] = file
                room -= size
        return kept

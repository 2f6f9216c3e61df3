"""Versions to set on paper, and what other people's programs read in the PDF."""

import subprocess
from pathlib import Path

from drafting.paths import folder
from drafting.proceedings import paper
from drafting.proceedings.sheet import Sheet
from tests import needs

TEMPLATE = folder("templates") / "takeaway" / "version.typ"


def sheet(text: str, *, title: str = "What we ask for", language: str = "en", **more: object) -> Sheet:
    said: dict[str, object] = {
        "title": title,
        "number": 3,
        "event": "A river for everyone",
        "kind": "Common text",
        "version": "Version 3, published 28 November 2026, 14:05 UTC",
        "written_by": "Written by people at the event.",
        "not_agreed": "The town council has not agreed to it.",
        "promise": "We write together, the town council decides.",
        "notices": [],
        "facts": [("Licence", "CC-BY-SA-4.0")],
        "permalink": "https://drafts.example.org/e/river/ask/3",
        "language": language,
        "home": "https://drafts.example.org",
        "released": 1_790_000_000,
        "text": text,
    }
    return Sheet(**(said | more))  # type: ignore[arg-type]


class Paper:
    """A PDF in a folder of the test."""

    def __init__(self, data: bytes, place: Path) -> None:
        self.data = data
        self._file = place / "paper.pdf"
        self._file.write_bytes(data)

    @property
    def facts(self) -> dict[str, str]:
        """What `pdfinfo` says about it."""
        pairs = (line.partition(":")[::2] for line in self._read("pdfinfo", str(self._file)).splitlines())
        return {name: said.strip() for name, said in pairs}

    @property
    def structure(self) -> str:
        """Its tags, as `pdfinfo` lists them: what somebody hears who does not see it."""
        return self._read("pdfinfo", "-struct", str(self._file))

    @property
    def words(self) -> str:
        return " ".join(self._read("pdftotext", str(self._file), "-").split())

    @property
    def addresses(self) -> str:
        return self._read("pdfinfo", "-url", str(self._file))

    def _read(self, program: str, *words: str) -> str:
        command = [str(needs.poppler(program)), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def typeset(text: str, place: Path, **more: object) -> Paper:
    return Paper(paper.typeset(sheet(text, **more), TEMPLATE), place)  # type: ignore[arg-type]

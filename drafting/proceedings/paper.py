"""A version as a tagged PDF, set by Typst from a fixed template. What people typed reaches it as data, never as code.

Pure but for a folder of its own that is gone afterwards. Meant for the pool: whatever runs away is ended there.
"""

import json
import re
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import segno
import typst

from ..wording import tree
from .sheet import Sheet

FORM = 1
"""Counts up when the same version would look otherwise, so that what was kept of the old form is not shown."""
MEMORY_BYTES = 2 * 1024**3
"""Of address space while one version is set; a thousand pages need a third of it."""
ACCESSIBLE = "ua-1"  # pdfa.org/resource/iso-14289-pdfua; refuses what it cannot show or describe
NOT_SHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
LONG_WORD = re.compile(r"[^\s\u200b]{70,}")
JOINT = re.compile(r"(?<=[/?&=._\-])|(?<=\w{24})")
LANGUAGE = re.compile(r"([a-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Z]{2}))?")


def typeset(sheet: Sheet, template: Path) -> bytes:
    """The PDF. The same sheet gives the same bytes as long as the fonts of the machine are the same.

    Letters that no font here has are blank, and then the PDF says so; a text that cannot be laid out is set as it was
    typed.
    """
    with tempfile.TemporaryDirectory() as name, _bounded():
        folder = Path(name)
        shutil.copyfile(template, folder / "version.typ")
        segno.make(sheet.permalink, error="m").save(str(folder / "code.svg"), border=0, scale=4, dark="#1d2542")
        said = _said(sheet, folder)
        try:
            return _set(folder, said, sheet.released, [ACCESSIBLE])
        except typst.TypstError as error:
            said["blank"] = len(set(NOT_SHOWN.findall(error.diagnostic)))
        try:
            return _set(folder, said, sheet.released, [])
        except typst.TypstError:
            return _set(folder, said | {"blocks": None}, sheet.released, [])


def _set(folder: Path, said: dict[str, Any], at: int, standards: list[Any]) -> bytes:
    (folder / "sheet.json").write_text(json.dumps(said))
    made = typst.compile(folder / "version.typ", root=folder, format="pdf", pdf_standards=standards, timestamp=at)
    assert isinstance(made, bytes)
    return made


def _said(sheet: Sheet, folder: Path) -> dict[str, Any]:
    """The sheet as the template reads it."""
    language = LANGUAGE.fullmatch(sheet.language)
    pictures = {}
    for number, (address, file) in enumerate(sheet.picture_files().items()):
        pictures[address] = f"{number}{file.suffix}"
        shutil.copyfile(file, folder / pictures[address])
    blocks = _without_title(tree.grown(sheet.text), sheet.title)
    return {
        **{name: getattr(sheet, name) for name in AS_IT_IS},
        "facts": [[label, _breakable(words)] for label, words in sheet.facts],
        "language": language[1] if language else "en",
        "region": language[2] if language else None,
        "direction": tree.direction(sheet.title),
        "blocks": None if blocks is None else _settled(blocks, sheet.home, pictures),
        "typed": sheet.text,
        "blank": 0,
    }


AS_IT_IS = (
    "title",
    "number",
    "event",
    "kind",
    "version",
    "written_by",
    "not_agreed",
    "promise",
    "notices",
    "permalink",
)


def _without_title(blocks: list[tree.Node] | None, title: str) -> list[tree.Node] | None:
    """A text that begins with its own title, which stands above it already, goes on a level higher without it."""
    if not blocks or blocks[0]["is"] != "heading" or "".join(tree.spoken(blocks[0]["pieces"])).strip() != title:
        return blocks
    return [{**block, "level": max(1, block["level"] - 1)} if "level" in block else block for block in blocks[1:]]


def _settled(node: Any, home: str, pictures: dict[str, str]) -> Any:
    """The tree with full addresses, files of pictures, and long words that may break."""
    if isinstance(node, list):
        return [_settled(each, home, pictures) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: _settled(value, home, pictures) for key, value in node.items()}
    if node.get("is") == "words":
        node["words"] = _breakable(node["words"])
    elif node.get("is") == "picture":
        node["file"] = pictures.get(node["address"])
    elif node.get("is") == "link" and node["address"].startswith("/"):
        node["address"] = home + node["address"]
    return node


def _breakable(words: str) -> str:
    """An address or another endless word may go on in the next line."""
    return LONG_WORD.sub(lambda word: "\u200b".join(JOINT.split(word[0])), words)


@contextmanager
def _bounded() -> Iterator[None]:
    """No more memory than `MEMORY_BYTES` on top of what the process has: one text must not take the machine's."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    here = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if _LINUX else 0
    if _LINUX:
        resource.setrlimit(resource.RLIMIT_AS, (here + MEMORY_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


_LINUX = Path("/proc/self/statm").exists()

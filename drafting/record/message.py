"""What a commit says: subject, the change in the writers' words, trailers. Pure, and frozen.

Every change here changes the ids that a replay gives for revisions whose commit was not kept, so there should be none.
Nothing that people typed can begin a line of its own among the trailers.
"""

import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from .models import Revision

WIDTH = 72
SERVICE = "Drafting record"
KINDS = {"notes": "notes", "common": "common text", "response": "response", "reflection": "reflection"}
WRITTEN_BY = {"response": "Written by the organisation.", "reflection": "Written by one person."}
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def service_address(base_url: str) -> str:
    """Address of the service in commits and principal of its key: `record@<host>`."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        return f"record@{host.encode('idna').decode()}"
    except UnicodeError:
        return "record@localhost"


def identity(row: Revision) -> str:
    """Author and committer of every commit: the service, never a person."""
    return f"{SERVICE} <{service_address(row.base_url)}>"


def compose(row: Revision) -> str:
    """The whole message, trailers last, ending in one line end."""
    paragraphs = [_guarded(_subject(row)), *_wrapped(row.summary), "\n".join(_fill(_standing(row)))]
    trailers = [f"{name}: {value}" for name, value in _trailers(row) if value]
    return "\n\n".join([*paragraphs, "\n".join(trailers)]) + "\n"


def trailers_of(message: str) -> dict[str, str]:
    """The trailers of a message as `compose` writes them; of a name that comes twice, the first."""
    found: dict[str, str] = {}
    for line in message.rstrip("\n").rpartition("\n\n")[2].split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            found.setdefault(name, value)
    return found


def one_line(text: str) -> str:
    """`text` on one line, without control characters and without marks that reorder what is around them."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in text if c not in BIDI)
    return " ".join("".join(kept).split())


def _subject(row: Revision) -> str:
    version = f"version {row.number}"
    if row.withdraws is not None:
        version += f" takes back version {row.withdraws}"
    return f"{one_line(row.title)}: {version}"


def _standing(row: Revision) -> str:
    """Who wrote it and who has not agreed to it, as on every page and post."""
    if row.kind in WRITTEN_BY:
        return WRITTEN_BY[row.kind]
    decider = one_line(row.promise.get("decider") or "")
    said = f"{decider} has not agreed to it" if decider else "Nobody has promised to answer"
    return f"Written by people at the event. {said}."


def _trailers(row: Revision) -> Iterator[tuple[str, str]]:
    yield "Revision", str(row.number)
    yield "Draft", one_line(row.draft_slug)
    yield "Kind", KINDS.get(row.kind, one_line(row.kind))
    yield "Promise", _promise(row)
    yield "Accepted-by", one_line(row.rule)
    yield "Licence", one_line(row.licence)
    yield "Permalink", one_line(row.url)
    yield "Replaces", row.replaces or ""
    for writer in row.coauthors:
        name, address = (one_line(writer[part].translate({60: None, 62: None})) for part in ("name", "email"))
        yield "Co-authored-by", f"{name} <{address}>"


def _promise(row: Revision) -> str:
    """`consult; Parks department; answer by 2026-12-01`."""
    decider = one_line(row.promise.get("decider") or "") or "nobody has promised to answer"
    by = one_line(row.promise.get("answer_by") or "")
    return "; ".join([one_line(row.promise["level"]), decider, *([f"answer by {by}"] if by else [])])


def _wrapped(text: str) -> list[str]:
    """The paragraphs of `text`, each wrapped; lines that are not wanted by anybody are gone."""
    lines = [one_line(line) for line in text.splitlines()]
    blocks = "\n".join(lines).split("\n\n")
    return ["\n".join(wrapped) for block in blocks if (wrapped := [x for y in block.split("\n") for x in _fill(y)])]


def _fill(line: str) -> list[str]:
    """One line broken at spaces; a word longer than a line stays whole. Our own: no library's update changes ids."""
    filled: list[str] = []
    for word in line.split(" "):
        if filled and len(filled[-1]) + 1 + len(word) <= WIDTH:
            filled[-1] += " " + word
        elif word:
            filled.append(word)
    return [_guarded(each) for each in filled]


def _guarded(line: str) -> str:
    """One space before what git reads as the end of a message (`---`) or as a remark (`#`)."""
    return f" {line}" if line.startswith(("-", "#")) else line

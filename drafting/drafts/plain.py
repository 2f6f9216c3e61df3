"""The text without a live connection: reading it, and merging what was typed into a plain form. Pure."""

import re
from collections.abc import Sequence
from os.path import commonprefix

from pycrdt import Doc, Text, TransactionEvent
from rapidfuzz.distance import Indel

from .past import ROOT, Past, rebuilt

WORDS = re.compile(r"\w+|\s+|[^\w\s]")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
MOST_WORDS = 10_000  # in what changed, old and new together; above it whole lines are compared
MOST_LINES = 20_000  # likewise; above it what changed is one edit. Comparing n pieces takes up to n² / 32 bytes

Edit = tuple[int, int, str]
"""Replace the characters from the first to before the second by the third."""


def read(past: Past) -> tuple[str, int]:
    """The text as it is now, and the number of the last row (0 if there is none)."""
    return str(past.document().get(ROOT, type=Text)), past.last_seq


def merge(past: Past, seen_seq: int, new_text: str, client_id: int) -> bytes | None:
    """What somebody changed who saw the text as of row `seen_seq` and posted `new_text`; None if nothing.

    The update speaks of the text as it was seen, so that it merges with what others wrote since: the state in `past`
    must not be of a later row. `client_id` must be fresh. Line ends of the form count as `\\n`.
    """
    doc = rebuilt((past.state, *(row.update for row in past.rows if row.seq <= seen_seq)), client_id)
    return written(doc, edits(str(doc.get(ROOT, type=Text)), plain_ends(new_text)))


def plain_ends(text: str) -> str:
    """A form ends its lines with `\\r\\n`, a text with `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def written(doc: "Doc[Text]", found: Sequence[Edit]) -> bytes | None:
    """The update that making these edits in `doc` is; None if there are none."""
    body = doc.get(ROOT, type=Text)
    old = str(body)
    changes: list[bytes] = []

    def note(event: TransactionEvent) -> None:
        changes.append(event.update)

    _listening = doc.observe(note)
    with doc.transaction():
        for start, end, words in reversed(found):
            begin, stop = len(old[:start].encode()), len(old[:end].encode())
            if stop > begin:
                del body[begin:stop]
            if words:
                body.insert(begin, words)
    return changes[0] if found else None


def edits(old: str, new: str) -> list[Edit]:
    """What turns `old` into `new`, word by word, first to last. Positions are those of `old`, in characters.

    Where very much changed, line by line or in one piece.
    """
    head = len(commonprefix((old, new)))
    tail = len(commonprefix((old[head:][::-1], new[head:][::-1])))
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    for pieces, most in ((WORDS, MOST_WORDS), (LINES, MOST_LINES)):
        before, after = pieces.findall(old_middle), pieces.findall(new_middle)
        if len(before) + len(after) <= most:
            break
    else:
        return [(head, len(old) - tail, new_middle)]
    starts = [head]
    for piece in before:
        starts.append(starts[-1] + len(piece))
    return [
        (starts[op.src_start], starts[op.src_end], "".join(after[op.dest_start : op.dest_end]))
        for op in Indel.opcodes(before, after)
        if op.tag != "equal"
    ]

"""Which column of a table became which: told from its heads and from cells that stayed, for the whole table at once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from .align import common, heaviest_chain
from .blocks import Block

Columns = Sequence[tuple[int | None, int | None]]
"""Old and new position of each column, in reading order; None where it is not there."""
WIDE = 40
"""Of a wider table only the heads are looked at,"""
ROWS = 40
"""of any other so many rows."""


def columns(old: Sequence[Block], new: Sequence[Block], partners: Mapping[int, int]) -> dict[tuple[int, int], Columns]:
    """By number of the old table and the new. `partners` are old positions by new position."""
    heads = ({block.table: block for block in reversed(blocks) if block.kind == "tr"} for blocks in (old, new))
    old_heads, new_heads = heads
    rows: dict[tuple[int, int], list[tuple[Block, Block]]] = defaultdict(list)
    for j, i in partners.items():
        if new[j].kind == "tr":
            rows[old[i].table, new[j].table].append((old[i], new[j]))
    return {
        tables: _columns(old_heads[tables[0]], new_heads[tables[1]], pairs[:ROWS]) for tables, pairs in rows.items()
    }


def _columns(old: Block, new: Block, rows: Sequence[tuple[Block, Block]]) -> Columns:
    ends = len(old.cells), len(new.cells)
    if old.words == new.words:
        return [(at, at) for at in range(ends[0])]
    found: list[tuple[int | None, int | None]] = []
    at_old = at_new = 0
    for i, j in [*_fixed(old, new, rows), ends]:
        found += zip_longest(range(at_old, i), range(at_new, j))
        found += [(i, j)] * ((i, j) != ends)
        at_old, at_new = i + 1, j + 1
    return found


def _fixed(old: Block, new: Block, rows: Sequence[tuple[Block, Block]]) -> list[tuple[int, int]]:
    if max(len(old.cells), len(new.cells)) > WIDE:
        return common(old.words, new.words)
    votes: Counter[tuple[int, int]] = Counter()
    for row, weight in [((old, new), len(rows)), *((row, 1) for row in rows)]:
        before, now = row[0].words, row[1].words
        votes.update({(i, j): weight for i in range(len(before)) for j in range(len(now)) if before[i] == now[j] != ""})
    return heaviest_chain([(i, j, float(votes[i, j])) for i, j in votes])

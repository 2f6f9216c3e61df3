"""Whether an update can be joined to what is known: nothing missing in between, nothing cut through a character."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping

from .letters import Letters
from .yupdate import Block, Id, Update

State = Mapping[int, int]


def news(update: Update, state: State) -> dict[int, list[Block]]:
    """Per client, the blocks of which at least the end is not known yet."""
    found = {}
    for client, blocks in update.blocks.items():
        known = state.get(client, 0)
        fresh = [block for block in blocks if block.end > known]
        if fresh:
            found[client] = fresh
    return found


def all_new(update: Update, state: State) -> bool:
    """Whether it says nothing of what is known."""
    return all(blocks[0].clock >= state.get(client, 0) for client, blocks in update.blocks.items() if blocks)


def references(new: Mapping[int, list[Block]], update: Update, state: State) -> Iterator[Id]:
    """The last clock of everything that the new blocks and the deletions speak of, and of what is said once more.

    What is said once more must not come before what it repeats: whoever joins it first decides what it says.
    """
    for client, blocks in update.blocks.items():
        known = state.get(client, 0)
        if blocks[0].clock < known:
            yield Id(client, min(known, blocks[-1].end) - 1)
    for blocks in new.values():
        for block in blocks:
            if block.origin is not None:
                yield block.origin
            if block.right is not None:
                yield block.right
    for client, ranges in update.deletes.items():
        for clock, length in ranges:
            yield Id(client, clock + length - 1)


def complete(new: Mapping[int, list[Block]], update: Update, state: State) -> bool:
    """Whether the new blocks can be joined one by one, each after what it refers to, and the deletions after them.

    Like the CRDT's own integration it advances client by client; a client that must wait is woken when what it waits
    for has come. Blocks that wait for each other never can be joined.
    """
    ahead = {client: state.get(client, 0) for client in new}
    next_block = dict.fromkeys(new, 0)
    waiting: dict[int, list[tuple[int, int]]] = {}
    ready = [client for client, blocks in new.items() if blocks[0].clock <= ahead[client]]
    if len(ready) < len(new):
        return False
    while ready:
        client = ready.pop()
        blocks = new[client]
        for index in range(next_block[client], len(blocks)):
            missing = _missing(blocks[index], ahead, state)
            if missing is not None:
                heapq.heappush(waiting.setdefault(missing.client, []), (missing.clock, client))
                break
            ahead[client] = blocks[index].end
            next_block[client] = index + 1
        sleepers = waiting.get(client, [])
        while sleepers and sleepers[0][0] < ahead[client]:
            ready.append(heapq.heappop(sleepers)[1])
    if any(next_block[client] < len(blocks) for client, blocks in new.items()):
        return False
    return all(
        clock + length <= ahead.get(client, state.get(client, 0))
        for client, ranges in update.deletes.items()
        for clock, length in ranges
    )


def _missing(block: Block, ahead: State, state: State) -> Id | None:
    for reference in (block.origin, block.right):
        if reference is not None and reference.clock >= ahead.get(reference.client, state.get(reference.client, 0)):
            return reference
    return None


def low_halves(new: Mapping[int, list[Block]]) -> set[tuple[int, int]]:
    """(client, clock) of the second halves of surrogate pairs in the new text."""
    return {
        (client, clock)
        for client, blocks in new.items()
        for block in blocks
        if block.text is not None and len(block.text) < block.length
        for clock in block.low_halves()
    }


def cuts(
    new: Mapping[int, list[Block]], update: Update, state: State, halves: Iterable[Collection[tuple[int, int]]]
) -> bool:
    """Whether something begins or ends between the halves of one character.

    The CRDT libraries disagree on what becomes of such a character, so the copies would come apart.
    """
    halves = [some for some in halves if some]
    return bool(halves) and any(edge in some for edge in _edges(new, update, state) for some in halves)


def between_halves(few: Letters, halves: Collection[tuple[int, int]]) -> bool:
    """As `cuts`, for letters that are no halves themselves."""
    origin, right = few.origin, few.right
    return (
        (few.client, few.clock) in halves
        or (origin is not None and (origin.client, origin.clock + 1) in halves)
        or (right is not None and right in halves)
    )


def _edges(new: Mapping[int, list[Block]], update: Update, state: State) -> Iterator[tuple[int, int]]:
    """(client, clock) of everything that has to begin at that clock."""
    for client, blocks in new.items():
        yield client, state.get(client, 0)
        for block in blocks:
            if block.origin is not None:
                yield block.origin.client, block.origin.clock + 1
            if block.right is not None:
                yield block.right
    for client, ranges in update.deletes.items():
        for clock, length in ranges:
            yield client, clock
            yield client, clock + length

"""Writes Yjs updates (encoding v1) of plain text: the other direction of `yupdate`."""

from collections.abc import Iterable

from . import varints
from .yupdate import HAS_ORIGIN, HAS_RIGHT, ROOT, Block, Id, Update

UNDER_ROOT = b"\x01" + varints.prefixed(ROOT)


def encode(update: Update) -> bytes:
    """The bytes of which `yupdate.decode` makes `update`."""
    out = bytearray(varints.encode(len(update.blocks)))
    for client, blocks in update.blocks.items():
        out += varints.encode(len(blocks)) + varints.encode(client) + varints.encode(blocks[0].clock)
        for block in blocks:
            out += _block(block)
    out += varints.encode(len(update.deletes))
    for client, ranges in update.deletes.items():
        out += varints.encode(client) + varints.encode(len(ranges))
        for clock, length in ranges:
            out += varints.encode(clock) + varints.encode(length)
    return bytes(out)


def deletion(ranges: Iterable[tuple[int, int, int]]) -> bytes:
    """An update that deletes these (client, first clock, length) and nothing else."""
    deletes: dict[int, list[tuple[int, int]]] = {}
    for client, clock, length in ranges:
        deletes.setdefault(client, []).append((clock, length))
    return encode(Update({}, deletes))


def _block(block: Block) -> bytes:
    flags = (HAS_ORIGIN if block.origin else 0) | (HAS_RIGHT if block.right else 0)
    head = bytes([block.kind.value | flags]) + _id(block.origin) + _id(block.right)
    if not flags:
        head += UNDER_ROOT
    if block.text is None:
        return head + varints.encode(block.length)
    return head + varints.prefixed(block.text.encode())


def _id(reference: Id | None) -> bytes:
    return b"" if reference is None else varints.encode(reference.client) + varints.encode(reference.clock)

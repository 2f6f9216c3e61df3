"""Blocks cut in pieces at a word, and joined: each piece keeps its links, its emphasis and its pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from .blocks import Block, said
from .words import pieces, words_in

SPACE = Token("text", "", 0, content=" ")


def joined(blocks: Sequence[Block]) -> Block:
    """One block of one cell that says what all of them say; otherwise it is like the first."""
    tokens = [token for block in blocks for token in (SPACE, *block.cells[0])]
    source = " ".join(block.source[0] for block in blocks)
    return replace(blocks[0], source=(source,), cells=(tuple(tokens[1:]),))


def cut(block: Block, places: Sequence[int]) -> list[Block]:
    """A block of one cell in one piece more than there are places: numbers of words of its phrase, in order.

    What stands around a place, like emphasis, is closed before and opened again behind it.
    """
    cells = _Cutter(places).cut(block.cells[0])
    return [replace(block, source=("".join(map(said, cell)),), cells=(tuple(cell),)) for cell in cells]


@dataclass
class _Cutter:
    places: Sequence[int]
    passed: int = 0
    """Words so far."""
    cells: list[list[Token]] = field(default_factory=lambda: [[]])
    open: list[Token] = field(default_factory=list)

    def cut(self, tokens: Sequence[Token]) -> list[list[Token]]:
        for token in tokens:
            for part in self._parts(token):
                while part.nesting >= 0 and self._is_due():
                    self._begin_another()
                self.cells[-1].append(part)
                self._follow(part)
                self.passed += words_in(part)
        while len(self.cells) <= len(self.places):
            self._begin_another()
        return self.cells

    def _is_due(self) -> bool:
        return len(self.cells) <= len(self.places) and self.passed >= self.places[len(self.cells) - 1]

    def _begin_another(self) -> None:
        self.cells[-1] += [_closing(token) for token in reversed(self.open)]
        self.cells.append(list(self.open))

    def _follow(self, token: Token) -> None:
        if token.nesting > 0:
            self.open.append(token)
        elif token.nesting < 0:
            self.open.pop()

    def _parts(self, token: Token) -> Iterator[Token]:
        """A stretch of text in pieces that end where the block is cut; everything else as it is."""
        if token.type != "text":
            yield token
            return
        at, begins, count = 0, 0, self.passed
        for piece in pieces(token.content):
            if count in self.places and not piece.isspace() and at > begins:
                yield token.copy(content=token.content[begins:at].rstrip())
                begins = at
            at += len(piece)
            count += not piece.isspace()
        yield token.copy(content=token.content[begins:])


def _closing(token: Token) -> Token:
    return Token(token.type.removesuffix("_open") + "_close", token.tag, -1)

"""A Markdown text as a tree of plain values, for whoever sets it in another form than HTML. Takes any string.

A block or a piece of a line is a dict whose `is` says what it is; the rest is words, addresses and numbers. Nothing in
it is markup of any kind.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from . import dialect, markdown
from .names import clean_text

Node = dict[str, Any]

DEEPEST = 8
"""Levels of lists and quotes that paper shows; what is nested deeper stands at this level."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
LETTER = re.compile(r"[^\W\d_]")
SIMPLE = {"strong": "strong", "em": "em", "s": "struck"}


def grown(text: str) -> list[Node] | None:
    """The blocks of a text; None for one that is too long or too deeply nested to be laid out."""
    try:
        tokens = markdown.parsed(clean_text(text))
    except (dialect.TooMuch, RecursionError):
        return None
    return _Gardener(SyntaxTreeNode(tokens)).blocks()


def direction(words: str) -> str:
    """`rtl` or `ltr`, by the first letter."""
    first = LETTER.search(words)
    return "rtl" if first and RIGHT_TO_LEFT.match(first[0]) else "ltr"


class _Gardener:
    """One text. Knows its notes and which places in it can be linked to."""

    def __init__(self, root: SyntaxTreeNode) -> None:
        self._root = root
        self._places = {str(node.attrs["id"]) for node in root.walk() if node.type == "heading" and "id" in node.attrs}
        self._notes = {node.meta["id"]: node for node in root.walk() if node.type == "footnote"}
        self._told: set[int] = set()
        self._level = 0
        self._blocks: dict[str, Callable[[SyntaxTreeNode, int], Node]] = {
            "heading": self._heading,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "table": self._table,
            "dl": self._definitions,
        }

    def blocks(self) -> list[Node]:
        return list(self._children(self._root, 0))

    def _children(self, parent: SyntaxTreeNode, depth: int) -> Iterator[Node]:
        for node in parent.children:
            if node.type in ("bullet_list", "ordered_list", "blockquote", "dl") and depth >= DEEPEST:
                for inner in node.children if node.type != "blockquote" else [node]:
                    yield from self._children(inner, depth)
            elif node.type in self._blocks:
                yield self._blocks[node.type](node, depth)
            elif node.type in ("paragraph", "inline"):
                yield {"is": "paragraph", **self._line(node)}
            elif node.type == "blockquote":
                yield {"is": "quote", "blocks": list(self._children(node, depth + 1))}
            elif node.type in ("fence", "code_block"):
                yield {"is": "code", "words": node.content.rstrip("\n")}
            elif node.type == "hr":
                yield {"is": "rule"}

    def _heading(self, node: SyntaxTreeNode, _depth: int) -> Node:
        """Levels never skip one on the way down: who listens to headings would look for what is not there."""
        self._level = min(int(node.tag[1]), self._level + 1)
        return {"is": "heading", "level": self._level, "place": str(node.attrs.get("id", "")), **self._line(node)}

    def _list(self, node: SyntaxTreeNode, depth: int) -> Node:
        ordered = node.type == "ordered_list"
        items = [list(self._children(item, depth + 1)) for item in node.children]
        return {"is": "list", "start": int(node.attrs.get("start", 1)) if ordered else None, "items": items}

    def _table(self, node: SyntaxTreeNode, _depth: int) -> Node:
        rows = [row.children for part in node.children for row in part.children]
        align = [str(cell.attrs.get("style", "")).removeprefix("text-align:") for cell in rows[0]]
        lines = [[self._line(cell) for cell in row] for row in rows]
        return {"is": "table", "align": align, "head": lines[0], "rows": lines[1:]}

    def _definitions(self, node: SyntaxTreeNode, depth: int) -> Node:
        parts = [
            {"term": part.type == "dt", **self._line(part)}
            if part.type == "dt"
            else {"term": False, "blocks": list(self._children(part, depth + 1))}
            for part in node.children
        ]
        return {"is": "definitions", "parts": parts}

    def _line(self, node: SyntaxTreeNode) -> Node:
        inlines = [node] if node.type == "inline" else [child for child in node.children if child.type == "inline"]
        pieces = [piece for inline in inlines for piece in self._pieces(inline)]
        return {"pieces": pieces, "direction": direction("".join(spoken(pieces)))}

    def _pieces(self, parent: SyntaxTreeNode) -> Iterator[Node]:
        for node in parent.children:
            if node.type in SIMPLE:
                yield {"is": SIMPLE[node.type], "pieces": list(self._pieces(node))}
            elif node.type == "link":
                yield self._link(node)
            elif node.type == "image":
                yield {"is": "picture", "address": str(node.attrs.get("src", "")), "words": node.content}
            elif node.type == "footnote_ref":
                yield self._note(node)
            elif node.type == "task_box":
                yield {"is": "box", "done": "checked" in node.attrs}
            elif node.type in ("softbreak", "hardbreak"):
                yield {"is": "break"} if node.type == "hardbreak" else {"is": "words", "words": " "}
            elif node.content:
                yield {"is": "code" if node.type == "code_inline" else "words", "words": node.content}

    def _link(self, node: SyntaxTreeNode) -> Node:
        address, place = str(node.attrs.get("href", "")), ""
        if address.startswith("#"):
            address, place = "", address[1:] if address[1:] in self._places else ""
        return {"is": "link", "address": address, "place": place, "pieces": list(self._pieces(node))}

    def _note(self, node: SyntaxTreeNode) -> Node:
        """The words of a note where it is first mentioned, its number wherever else."""
        number = node.meta["id"]
        first = number not in self._told and number in self._notes
        self._told.add(number)
        blocks = list(self._children(self._notes[number], DEEPEST)) if first else []
        return {"is": "note", "number": number + 1, "blocks": blocks}


def spoken(pieces: list[Node]) -> Iterator[str]:
    """The words of a line, without what is around them."""
    for piece in pieces:
        yield from spoken(piece["pieces"]) if "pieces" in piece else [piece.get("words", "")]

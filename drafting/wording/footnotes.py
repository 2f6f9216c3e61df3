"""Footnotes as HTML: ids that no heading can have, and a way back that says where it leads."""

from collections.abc import Callable, Sequence

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

RenderRule = Callable[[RendererHTML, Sequence[Token], int, OptionsDict, EnvType], str]


def _reference(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    note, mention, prefix = _numbers(tokens[at], env)
    return (
        f'<sup class="footnote-ref"><a href="#{prefix}fn:{note}" id="{prefix}fnref:{note}.{mention}"'
        f' aria-label="Note {note}">[{note}]</a></sup>'
    )


def _list_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    return '<section class="footnotes" aria-label="Notes">\n<ol>\n'


def _list_close(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    return "</ol>\n</section>\n"


def _note_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    note, _, prefix = _numbers(tokens[at], env)
    return f'<li id="{prefix}fn:{note}" dir="auto">'


def _way_back(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    note, mention, prefix = _numbers(tokens[at], env)
    return f' <a href="#{prefix}fnref:{note}.{mention}" aria-label="Back to the text, note {note}">↩\ufe0e</a>'


def _numbers(token: Token, env: EnvType) -> tuple[int, int, str]:
    return token.meta["id"] + 1, token.meta.get("subId", 0) + 1, env.get("prefix", "")


# A colon cannot come from a heading's slug.
RULES: dict[str, RenderRule] = {
    "footnote_ref": _reference,
    "footnote_block_open": _list_open,
    "footnote_block_close": _list_close,
    "footnote_open": _note_open,
    "footnote_anchor": _way_back,
}

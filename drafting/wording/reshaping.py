"""What we change in a parsed text before it is shown: headings, pictures, links, tasks, tables, reading direction."""

import re
from collections.abc import Sequence

from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

HEADINGS_WITH_ID = 3
TWO_WAY = frozenset(
    ("paragraph_open", "heading_open", "list_item_open", "dt_open", "dd_open", "th_open", "td_open", "blockquote_open")
)
TASK = re.compile(r"\[([ xX])\]\s")
NOT_IN_SLUG = re.compile(r"[^\w\- ]")
PICTURE = re.compile(
    r"(/e/[a-z0-9-]{1,40}/-/images/[0-9a-f]{64}\.(?:png|jpeg|webp))(?:#([1-9]\d{0,3})x([1-9]\d{0,3}))?", re.ASCII
)
"""Address of a picture that is kept with an event; after # its width and height."""
OUTSIDE = re.compile(r"https?:", re.IGNORECASE)


def headings(state: StateCore) -> None:
    """Ids for the first three levels, and levels shifted so that the page keeps its own h1."""
    prefix, shift = state.env.get("prefix", ""), state.env.get("top_level", 1) - 1
    seen: dict[str, int] = {}
    taken: set[str] = set()
    for at, token in enumerate(state.tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        level = int(token.tag[1])
        token.tag = f"h{min(6, level + shift)}"
        if token.type == "heading_open" and level <= HEADINGS_WITH_ID:
            token.attrSet("id", prefix + _unique(_slug(state.tokens[at + 1]), seen, taken))


def _slug(inline: Token) -> str:
    title = "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))
    return NOT_IN_SLUG.sub("", title.lower()).strip().replace(" ", "-") or "section"


def _unique(slug: str, seen: dict[str, int], taken: set[str]) -> str:
    """Counts on from where the same slug stopped, so that ten thousand equal headings stay quick."""
    candidate = slug
    while candidate in taken:
        seen[slug] = seen.get(slug, 1) + 1
        candidate = f"{slug}-{seen[slug]}"
    taken.add(candidate)
    return candidate


def pictures(state: StateCore) -> None:
    """A picture from elsewhere tells its owner who reads here: it becomes a link, or within a link its words."""
    for inline in state.tokens:
        if inline.type == "inline" and inline.children and any(t.type == "image" for t in inline.children):
            inline.children = _without_strange_pictures(state, inline.children)


def _without_strange_pictures(state: StateCore, children: list[Token]) -> list[Token]:
    kept: list[Token] = []
    links = 0
    for token in children:
        links += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "image":
            kept.append(token)
            continue
        source = str(token.attrGet("src") or "")
        if own := PICTURE.fullmatch(source):
            _place(token, *own.groups())
            kept.append(token)
            continue
        renderer = state.md.renderer
        assert isinstance(renderer, RendererHTML)
        words = renderer.renderInlineAsText(token.children, state.md.options, state.env) or "picture"
        text = Token("text", "", 0, content=words, level=token.level)
        if links or not source:
            kept.append(text)
        else:
            opened = Token("link_open", "a", 1, attrs={"href": source}, level=token.level)
            kept += [opened, text, Token("link_close", "a", -1, level=token.level)]
    return kept


def _place(token: Token, address: str, width: str | None, height: str | None) -> None:
    """A page keeps its place free, so that nothing jumps when it arrives."""
    token.attrs = {name: value for name, value in token.attrs.items() if name != "src"}
    token.attrs = {"src": address, **token.attrs, "loading": "lazy"}
    if width and height:
        token.attrs |= {"width": width, "height": height}


def links(state: StateCore) -> None:
    """Links to elsewhere lend no rank; links within the text follow the prefix of its ids."""
    prefix = state.env.get("prefix", "")
    for inline in state.tokens:
        for token in (inline.children or ()) if inline.type == "inline" else ():
            if token.type != "link_open":
                continue
            href = str(token.attrGet("href") or "")
            if OUTSIDE.match(href):
                token.attrSet("rel", "nofollow ugc noopener")
            elif href.startswith("#"):
                token.attrSet("href", f"#{prefix}{href[1:]}")


def task_boxes(state: StateCore) -> None:
    """`- [x] words` as a box that says whether it is done and cannot be pressed."""
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open" or not inline.children:
            continue
        first = inline.children[0]
        found = TASK.match(first.content) if first.type == "text" else None
        if found is None:
            continue
        first.content = first.content[found.end() :]
        done = found[1] != " "
        box = Token("task_box", "input", 0, attrs={"type": "checkbox", "disabled": ""})
        box.attrs |= {"checked": "", "aria-label": "Done:"} if done else {"aria-label": "Not done:"}
        space = Token("text", "", 0, content=" ")
        inline.children[:0] = [box, space]
        item.attrSet("class", "task")


def accessible(state: StateCore) -> None:
    """Each block reads in the direction of its own script."""
    for token in state.tokens:
        if token.type in TWO_WAY:
            token.attrSet("dir", "auto")


def cell(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """A table cell whose alignment is a class: the page's policy refuses inline styles."""
    token = tokens[at]
    style = str(token.attrs.pop("style", ""))
    if style:
        token.attrSet("class", "align-" + style.removeprefix("text-align:"))
    if token.tag == "th":
        token.attrSet("scope", "col")
    return self.renderToken(tokens, at, options, env)


def table_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """A wide table scrolls inside its own region, by keyboard too. Regions of one page need different names."""
    env["tables"] = env.get("tables", 0) + 1
    name = "Table" if env["tables"] == 1 else f"Table {env['tables']}"
    return f'<div class="table" tabindex="0" role="region" aria-label="{name}">\n<table>\n'


def table_close(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    return "</table>\n</div>\n"

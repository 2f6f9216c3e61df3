"""The second wall: whatever the renderer was talked into, only these tags and attributes leave the house."""

import re
from collections.abc import Callable
from typing import Any

import nh3

TAGS = set(
    "a blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr img input ins li ol p pre s section span strong sup"
    " table tbody td th thead tr ul".split()
)
ATTRIBUTES = {
    "a": {"href", "title", "rel", "id", "aria-label"},
    "blockquote": {"dir"},
    "dd": {"dir"},
    "div": {"aria-label"},
    "dt": {"dir"},
    **{f"h{level}": {"id", "dir"} for level in range(1, 7)},
    "img": {"src", "alt", "title", "loading", "width", "height"},
    "input": {"checked", "aria-label"},
    "li": {"id", "dir"},
    "ol": {"start"},
    "p": {"dir"},
    "pre": {"dir"},
    "section": {"aria-label"},
    "span": {"dir"},
    "td": {"dir"},
    "th": {"dir"},
}
VALUES = {
    "div": {"role": {"region"}, "tabindex": {"0"}},
    "th": {"scope": {"col"}},
}
CLASSES = {
    "div": {"table"},
    "li": {"task"},
    "p": {"notice"},
    "pre": {"as-typed"},
    "section": {"footnotes"},
    "span": {"vh"},
    "sup": {"footnote-ref"},
    "td": {"align-left", "align-center", "align-right"},
    "th": {"align-left", "align-center", "align-right"},
}
Leads = Callable[[str, str], str | None]
"""From the attribute, `href` or `src`, and the address in it to the address it is to have; None takes it away."""

RULES: dict[str, Any] = {
    "tags": TAGS,
    "clean_content_tags": {"script", "style"},
    "attributes": ATTRIBUTES,
    "tag_attribute_values": VALUES,
    "set_tag_attribute_values": {"input": {"type": "checkbox", "disabled": ""}},
    "allowed_classes": CLASSES,
    "url_schemes": {"http", "https", "mailto", "tel"},
    "link_rel": None,
}
WALL = nh3.Cleaner(**RULES)


OUR_MARKS = re.compile(r'</?(?:ins|del)>|<span class="vh" dir="ltr">[a-z:]+ </span>')


def clean_marked(html: str) -> str:
    """The same of words that we marked: what holds no other tag needs no cleaning."""
    return clean(html) if "<" in OUR_MARKS.sub("", html) else html


def clean(html: str, leads: Leads | None = None) -> str:
    """The same HTML without anything that is not on the list. `leads` is asked about addresses that passed."""
    if leads is None:
        return WALL.clean(html)

    def lead(_tag: str, attribute: str, value: str) -> str | None:
        return leads(attribute, value) if attribute in ("href", "src") else value

    return nh3.Cleaner(**RULES, attribute_filter=lead).clean(html)

"""The second wall: whatever the renderer was talked into, only these tags and attributes leave the house."""

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
WALL = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    tag_attribute_values=VALUES,
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


def clean(html: str) -> str:
    """The same HTML without anything that is not on the list."""
    return WALL.clean(html)

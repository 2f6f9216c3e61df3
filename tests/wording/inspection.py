"""Reading HTML as a browser would, to see what got through."""

import html.parser
from dataclasses import dataclass, field

from drafting.wording.sanitiser import TAGS

VOID = frozenset(("br", "hr", "img", "input"))
ATTRIBUTES = frozenset(
    "href title rel id aria-label aria-labelledby class dir src alt loading type disabled checked start tabindex role"
    " scope value width height".split()
)


@dataclass
class Page(html.parser.HTMLParser):
    """What a browser would find: tags with attributes, and text. `faults` names what should not be there."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, source: str, extra: frozenset[str] = frozenset()) -> "Page":
        page = cls()
        html.parser.HTMLParser.__init__(page)
        page.allowed = TAGS | extra
        page.feed(source)
        page.close()
        page.faults += [f"<{tag}> left open" for tag in page.opened]
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag not in VOID:
            self.opened.append(tag)
        if tag not in self.allowed:
            self.faults.append(f"<{tag}>")
        self.faults += [f"{tag} {name}" for name in found if name not in ATTRIBUTES]
        for address in (found.get("href"), found.get("src")):
            if address and not address.lower().startswith(("http://", "https://", "mailto:", "tel:", "/", "#")):
                self.faults.append(f"address {address}")
            if address and (address.startswith("//") or address.startswith("/\\")):
                self.faults.append(f"address {address}")

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [found for name, found in self.tags if name == tag]

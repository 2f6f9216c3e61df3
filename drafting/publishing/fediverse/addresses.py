"""Names and addresses of our actors: `river` for an event, `river.charter` for a text of it. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import idna

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
ACTOR = re.compile(rf"/e/(?P<event>{SLUG})/-/actor/(?P=event)(?:\.(?P<draft>{SLUG}))?")
NAME = re.compile(rf"(?P<event>{SLUG})(?:\.(?P<draft>{SLUG}))?")
HOUSE = "/-/actor"
"""Path of the actor in whose name we look at other servers."""
SHARED_INBOX = "/-/inbox"
KEY = "#main-key"
LONGEST = 500
"""Characters of a resource that is asked about."""


@dataclass(frozen=True)
class Handle:
    """Whom one follows; `draft` is None for the event as a whole."""

    event: str
    draft: str | None = None

    @property
    def name(self) -> str:
        return self.event if self.draft is None else f"{self.event}.{self.draft}"

    @property
    def page(self) -> str:
        """Path of what people read."""
        return f"/e/{self.event}" if self.draft is None else f"/e/{self.event}/{self.draft}"

    @property
    def path(self) -> str:
        """Path of the actor, which is its id."""
        return f"/e/{self.event}/-/actor/{self.name}"


def named(name: str) -> Handle | None:
    """`river.charter` as a handle."""
    found = NAME.fullmatch(name)
    return Handle(found["event"], found["draft"]) if found else None


def at(base_url: str, uri: str) -> Handle | None:
    """The actor of ours that has this id."""
    found = ACTOR.fullmatch(uri.removeprefix(base_url)) if uri.startswith(base_url) else None
    return Handle(found["event"], found["draft"]) if found else None


def asked_for(base_url: str, resource: str) -> Handle | None:
    """The actor that WebFinger is asked about: `acct:river@example.org`, or its id or page (RFC 7033)."""
    scheme, _, rest = resource.partition(":")
    if scheme == "acct":
        name, _, host = unquote(rest).lstrip("@").rpartition("@")
        return named(name.lower()) if host.lower() == urlsplit(base_url).netloc.lower() else None
    page = re.fullmatch(rf"/e/({SLUG})(?:/({SLUG}))?/?", resource.removeprefix(base_url))
    if resource.startswith(base_url) and page:
        return Handle(page[1], page[2])
    return at(base_url, resource)


def note_path(event: str, key: str) -> str:
    return f"/e/{event}/-/note/{key}"


def host_of(uri: str) -> str:
    """Host and port, as servers are known: in lower case, without a dot at the end, in the letters of the name system;
    empty if there is none.
    """
    try:
        parts = urlsplit(uri)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        known = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except (ValueError, idna.IDNAError):
        return ""
    known = f"[{known}]" if ":" in known else known
    return f"{known}:{port}" if known and port is not None else known

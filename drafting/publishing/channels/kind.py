"""A kind of place: what is asked of whoever connects one, and how it is opened."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from ...config import MailServer
from ...db import Database
from ...errors import Invalid
from ..pictures import Pictures
from .channel import Channel

ADDRESS_LIMIT = 500


@dataclass(frozen=True)
class Asked:
    """One question of the form. `type` is that of the input; what is typed into a password is never shown again.
    `options` are values and what they are called, where one of several is chosen.
    """

    name: str
    label: str
    hint: str = ""
    type: str = "text"
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Account:
    """What was typed, complete and of the right form. `address` may be shown, `credentials` not."""

    name: str
    address: str
    credentials: dict[str, str]


@dataclass(frozen=True)
class Ground:
    """What an installation gives its channels. `address_given`: somebody said that this is its public address.
    `allow_private`: whether they may speak to its own network. `mail`: the server that takes letters.
    """

    base_url: str
    address_given: bool
    database: Database
    pictures: Pictures
    allow_private: bool
    mail: MailServer | None = None


@dataclass(frozen=True)
class Trip:
    """One visit of a browser to the place and back: to which address of ours, what it brings back with it, and the
    secret that proves that whoever comes for the token sent it (RFC 7636).
    """

    back: str
    state: str
    verifier: str

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True)
class Elsewhere:
    """How one signs in at the place itself, by OAuth. The account is what `read` made of the form, not yet complete;
    `papers` are what the place knows us by.

    `register` makes us known there; `known` says whether it still knows us; `page` is where the browser goes; `redeem`
    turns the code that it brings back into the complete account. All but `page` speak to the network and raise
    Undelivered.
    """

    register: Callable[[Account, str, Ground], dict[str, str]]
    known: Callable[[Account, Mapping[str, str], Ground], bool]
    page: Callable[[Account, Mapping[str, str], Trip], str]
    redeem: Callable[[Account, Mapping[str, str], Trip, str, Ground], Account]


@dataclass(frozen=True)
class Kind:
    """`steps` say what to do elsewhere first. `read` needs no network and raises Invalid with the field; `open` gives
    the channel of an account whose credentials are these. `posts`: we post there ourselves, with links. `own`: every
    event has one from the beginning, and nobody connects it. `elsewhere`: the account is complete only after somebody
    signed in there. `once`: an event needs one and has no use for a second. `lacks` says in a sentence what an
    installation must be given first, or nothing. `forget`: what else of an event goes when it is disconnected.
    `trial`: a test can be posted there. `joins`: several versions can be told in one post.
    """

    word: str
    name: str
    meaning: str
    steps: tuple[str, ...]
    asks: tuple[Asked, ...]
    read: Callable[[Mapping[str, str], Ground], Account]
    open: Callable[[Mapping[str, str], Ground], Channel]
    posts: bool = True
    own: bool = False
    elsewhere: Elsewhere | None = None
    once: bool = False
    trial: bool = True
    joins: bool = True
    lacks: Callable[[Ground], str] = lambda ground: ""
    forget: Callable[[Session, int], None] = lambda session, event_id: None


def web_address(typed: str, field: str) -> str:
    """An http address without a password in it. Raises Invalid."""
    try:
        parts = urlsplit(typed.strip())
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or "@" in parts.netloc or len(typed) > ADDRESS_LIMIT or any(c.isspace() for c in typed.strip()):
        raise Invalid("Give a full address that begins with https://", field)
    return typed.strip()


def without_query(url: str) -> str:
    """What may be shown of an address: tokens are often put behind the question mark."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"

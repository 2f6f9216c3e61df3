"""Messages in one Matrix room, from an account of the event: spec.matrix.org/latest/client-server-api.

A message goes out under our own transaction id: twice the same is one event, as long as the server remembers. Whether
it is out is read from our own newest messages in the room.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from ...errors import Invalid
from ...wording.measures import Limits
from ..announcement import Announcement, fitted
from ..pictures import Pictures
from .channel import Post, Sent
from .failures import Rejected
from .kind import Account, Asked, Ground, Kind, web_address
from .marking import marked
from .matrix_rooms import Homeserver, Room
from .outward import PATIENCE, Patience

MESSAGE = Limits(None, 4000)
"""UTF-8 bytes. An edit holds the text four times, escaped, in an event of at most 65,536 bytes:
spec.matrix.org/latest/client-server-api/#size-limits
"""
NAME = re.compile(r"#[^:\s]+:\S+|![^:\s]+(?::\S+)?")
NAME_BYTES = 255  # spec.matrix.org/latest/appendices/#common-identifier-format
SHARED = "https://matrix.to/#/"
HTML = "org.matrix.custom.html"
NEWEST = 50
URL_LIMIT = 500


class Matrix:
    """`room` is an id or an alias; an alias is looked up whenever the channel is opened, for rooms are replaced by
    newer ones of the same name.
    """

    limits = MESSAGE
    by_hand = False
    every_version = False

    def __init__(
        self,
        server: str,
        token: str,
        room: str,
        pictures: Pictures,
        *,
        allow_private: bool = False,
        patience: Patience = PATIENCE,
    ) -> None:
        self._home = Homeserver(server, token, allow_private=allow_private, patience=patience)
        self._name, self._pictures = room, pictures
        self._found: Room | None = None

    def check(self) -> None:
        """Sign in, find the room, and join it if the account is not in it."""
        self._home.me()
        room = self._home.room(self._name)
        self._home.enter(room, self._name)
        self._home.refuse_encrypted(room)

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        text = fitted(announcement, MESSAGE)
        html = marked(text, announcement.url, quiet=_html, shown=_link)
        first, line, rest = html.partition("<br>")
        content = {
            "msgtype": "m.notice",
            "body": text,
            "format": HTML,
            "formatted_body": f"<strong>{first}</strong>{line}{rest}",
            "m.mentions": {},  # nobody is pinged by their name or @room in the text
        }
        return Post(text=text, body={"content": content, "thread": thread}, picture=announcement.picture)

    def send(self, post: Post, key: str) -> Sent:
        """The picture first: what cannot be sent again without doubt is then the text, which can be looked for."""
        room = self._room()
        self._send_picture(room, post, key)
        return self._sent(room, self._home.put(room, key, _in_thread(post, room, post.body["content"])))

    def find(self, post: Post, key: str) -> Sent | None:
        room, words = self._room(), post.body["content"]["body"]
        for event in self._home.newest(room, self._home.me(), NEWEST):
            if event.get("content", {}).get("body") == words and event.get("event_id"):
                return self._sent(room, str(event["event_id"]))
        return None

    def edit(self, remote_id: str, post: Post) -> Sent:
        room, content = self._room(), post.body["content"]
        changed = {
            **content,
            "body": f"* {content['body']}",
            "formatted_body": f"* {content['formatted_body']}",
            "m.new_content": content,
            "m.relates_to": {"rel_type": "m.replace", "event_id": remote_id},
        }
        key = hashlib.sha256(f"{remote_id} {content['formatted_body']}".encode()).hexdigest()[:32]
        self._home.put(room, key, changed, posts=False)
        return self._sent(room, remote_id)

    def _send_picture(self, room: Room, post: Post, key: str) -> None:
        png = self._pictures.read(post.picture.digest) if post.picture else None
        if post.picture is None or png is None:
            return
        try:
            address = self._home.upload(png)
        except Rejected:  # too large for this server; the words say it all, too
            return
        content = {
            "msgtype": "m.image",
            "body": post.picture.alt,
            "url": address,
            "info": {"mimetype": "image/png", "size": len(png), **_size(png)},
            "m.mentions": {},
        }
        self._home.put(room, f"{key}-picture", _in_thread(post, room, content), posts=False)

    def _room(self) -> Room:
        if self._found is None:
            self._found = self._home.room(self._name)
        return self._found

    def _sent(self, room: Room, event_id: str) -> Sent:
        via = f"?via={quote(room.server)}" if self._name == room.id and room.server else ""
        url = f"{SHARED}{quote(self._name, safe='!:')}/{quote(event_id, safe='$:')}{via}"
        return Sent(event_id, url if len(url) <= URL_LIMIT else None, {"room": room.id, "event": event_id})


def _in_thread(post: Post, room: Room, content: dict[str, Any]) -> dict[str, Any]:
    """As an answer to the first post about the same draft, for those who see threads and those who do not; unless
    that was in a room which this one has replaced.
    """
    thread = post.body["thread"]
    if thread is None or thread["room"] != room.id:
        return content
    first = {"event_id": thread["event"]}
    relation = {"rel_type": "m.thread", **first, "m.in_reply_to": first, "is_falling_back": True}
    return {**content, "m.relates_to": relation}


def _html(typed: str) -> str:
    return escape(typed, quote=False).replace("\n", "<br>")


def _link(address: str) -> str:
    return f'<a href="{escape(address)}">{escape(address)}</a>'


def _size(png: bytes) -> dict[str, int]:
    """Width and height from the header, so that pages keep the picture's place: www.w3.org/TR/png-3/#11IHDR"""
    return {"w": int.from_bytes(png[16:20]), "h": int.from_bytes(png[20:24])}


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    server = web_address(fields.get("server", ""), "server").rstrip("/")
    if not server.startswith("https://") and not ground.allow_private:
        raise Invalid("The server's address must begin with https://, because a token goes there.", "server")
    token = fields.get("token", "").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise Invalid("Copy the access token of the account and give it here.", "token")
    room = fields.get("room", "").strip()
    if room.startswith(SHARED):
        room = unquote(room.removeprefix(SHARED).partition("?")[0])
    if not NAME.fullmatch(room) or not room.isprintable() or len(room.encode()) > NAME_BYTES or "/" in room:
        raise Invalid("A room's address looks like #room:example.org, its id like !abc:example.org.", "room")
    host = urlsplit(server).hostname
    return Account(room, f"{room} ({host})", {"server": server, "token": token, "room": room})


def open_account(credentials: Mapping[str, str], ground: Ground) -> Matrix:
    return Matrix(
        credentials["server"],
        credentials["token"],
        credentials["room"],
        ground.pictures,
        allow_private=ground.allow_private,
    )


KIND = Kind(
    word="matrix",
    name="Matrix",
    meaning="We post to one room, from an account of the event.",
    steps=(
        "Make a Matrix account for the event, for example in Element, and let it into the room: invite it, if the room "
        "is not public. The room must not be encrypted.",
        "Signed in as that account, open Element’s settings, then Help & About. The homeserver and, under Advanced, "
        "the access token are there. Do not sign out afterwards: that ends the token.",
    ),
    asks=(
        Asked("server", "Homeserver", "Such as https://matrix.example.org", type="url"),
        Asked("token", "Access token", "Whoever has it can post as this account.", type="password"),
        Asked("room", "Room", "Such as #rivermead:example.org, or the link from Share room."),
    ),
    read=read,
    open=open_account,
)

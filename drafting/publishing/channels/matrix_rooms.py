"""A Matrix homeserver as one account sees it: who we are, which rooms there are, and putting something into one.

The addresses are those of spec.matrix.org/latest/client-server-api.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from ...db import now
from .failures import Rejected, Retry, Revoked, Uncertain
from .outward import Outward, Patience
from .speaking import LONGEST_WAIT_S, reach, refuse_trouble, told

PLACE = "The Matrix server"
SIGNED_OUT = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED", "M_USER_SUSPENDED")
KNOWN = ("M_TOO_LARGE", "M_BAD_JSON", "M_INVALID_PARAM", "M_UNKNOWN")
AGAIN = "Let it in again, then connect the room again."
WORD_LIMIT = 400


@dataclass(frozen=True)
class Room:
    """`server` is one that is in it, or empty."""

    id: str
    server: str


class NotThere(Rejected):
    """What was asked for does not exist."""


class NotAllowed(Rejected):
    """The account may not do this."""


class Homeserver:
    """Each call is one request. Raises Undelivered."""

    def __init__(self, address: str, token: str, *, allow_private: bool, patience: Patience) -> None:
        self._address, self._token = address, token
        self._outward = Outward(allow_private=allow_private, patience=patience)
        self._me = ""

    def me(self) -> str:
        """The account's id."""
        if not self._me:
            try:
                self._me = _text(self._ask("GET", "client/v3/account/whoami"), "user_id")
            except NotThere as error:
                raise Rejected("There is no Matrix server at this address.") from error
        return self._me

    def room(self, name: str) -> Room:
        """The room of an id or alias."""
        if name.startswith("!"):
            return Room(name, name.partition(":")[2])
        try:
            found = self._ask("GET", f"client/v3/directory/room/{_quoted(name)}")
        except NotThere as error:
            raise Rejected(f"There is no room {name}.") from error
        room_id = _text(found, "room_id")
        return Room(room_id, room_id.partition(":")[2] or name.partition(":")[2])

    def enter(self, room: Room, name: str) -> None:
        """Join, unless the account is in it. Works for public rooms and for those it is invited to."""
        joined = self._ask("GET", "client/v3/joined_rooms").get("joined_rooms")
        if isinstance(joined, list) and room.id in joined:
            return
        via = {"via": room.server, "server_name": room.server} if name == room.id and room.server else {}
        try:
            self._ask("POST", f"client/v3/join/{_quoted(name)}", params=via, json={})
        except (NotAllowed, NotThere) as error:
            raise Rejected("The account is not in this room and may not join it. Invite it there first.") from error

    def refuse_encrypted(self, room: Room) -> None:
        """Raises Rejected for a room whose members would be warned of every message that is readable for all."""
        try:
            self._ask("GET", f"client/v3/rooms/{_quoted(room.id)}/state/m.room.encryption")
        except NotThere:
            return
        raise Rejected("This room is encrypted. What we post is for everybody, so choose a room without encryption.")

    def put(self, room: Room, key: str, content: dict[str, Any], *, posts: bool = True) -> str:
        """Send a message under the transaction id `key`; its event id. Again with one key it is the same event."""
        path = f"client/v3/rooms/{_quoted(room.id)}/send/m.room.message/{_quoted(key)}"
        try:
            return _text(self._ask("PUT", path, posts=posts, json=content), "event_id")
        except (NotAllowed, NotThere) as error:
            raise Revoked(f"The account may not write in this room any more. {AGAIN}") from error

    def newest(self, room: Room, sender: str, number: int) -> list[dict[str, Any]]:
        """The newest messages of `sender` in the room, newest first."""
        wanted = json.dumps({"types": ["m.room.message"], "senders": [sender]})
        params = {"dir": "b", "limit": number, "filter": wanted}
        try:
            found = self._ask("GET", f"client/v3/rooms/{_quoted(room.id)}/messages", params=params).get("chunk")
        except (NotAllowed, NotThere) as error:
            raise Revoked(f"The account is not in this room any more. {AGAIN}") from error
        return [event for event in found if isinstance(event, dict)] if isinstance(found, list) else []

    def upload(self, png: bytes) -> str:
        """The address of the picture among Matrix servers."""
        params, headers = {"filename": "change.png"}, {"Content-Type": "image/png"}
        return _text(self._ask("POST", "media/v3/upload", params=params, headers=headers, content=png), "content_uri")

    def _ask(self, method: str, path: str, *, posts: bool = False, **more: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", **more.pop("headers", {})}
        url = f"{self._address}/_matrix/{path}"
        return _understood(reach(self._outward, PLACE, method, url, posts=posts, headers=headers, **more), posts)


def _understood(answer: httpx.Response, posts: bool) -> dict[str, Any]:
    said, status = told(answer), answer.status_code
    code = said.get("errcode")
    if code == "M_LIMIT_EXCEEDED":
        wait_ms = said.get("retry_after_ms", 0)
        wait_s = wait_ms / 1000 if isinstance(wait_ms, int) else 0
        raise Retry(f"{PLACE} asked us to come back later.", min(max(wait_s, 0), LONGEST_WAIT_S))
    refuse_trouble(answer, PLACE, posts=posts, at=now())
    if code in SIGNED_OUT:
        raise Revoked(f"{PLACE} does not know this access token any more. Sign in anew and connect the room again.")
    if status == 404:
        raise NotThere(f"{PLACE} has no such thing.")
    if status == 403:
        raise NotAllowed(f"{PLACE} does not allow this.")
    if status >= 400:
        raise Rejected(f"{PLACE} refused this ({code if code in KNOWN else status}).")
    return said


def _text(said: dict[str, Any], name: str) -> str:
    """One word of the answer. Raises Uncertain if it is not there."""
    found = said.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= WORD_LIMIT:
        raise Uncertain(f"{PLACE} answered something unreadable.")
    return found


def _quoted(part: str) -> str:
    return quote(part, safe="")

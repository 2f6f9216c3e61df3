"""Messages in one Discord channel, by its webhook: docs.discord.com/developers/resources/webhook.

A message can be read back and edited by its id, which comes with the answer; webhooks know no nonce. So what may be
out although no answer came is never sent again before a person has looked.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from ...db import now
from ...errors import Invalid
from ...wording.measures import Limits
from ..announcement import Announcement, fitted
from ..pictures import Pictures
from .channel import Post, Sent
from .failures import Rejected, Revoked, Uncertain, Undelivered, Unseen
from .kind import Account, Asked, Ground, Kind, web_address
from .marking import cut, marked, marking, utf16
from .outward import PATIENCE, Outward, Patience
from .speaking import ask, told

HOSTS = ("discord.com", "discordapp.com", "canary.discord.com", "ptb.discord.com")
PATH = re.compile(r"/api/(?:v\d{1,2}/)?webhooks/(\d{1,25})/[\w-]{1,200}")
CONTENT = Limits(2000, None, utf16)  # docs.discord.com/developers/resources/webhook#execute-webhook
CARD_TITLE, CARD_WORDS = 256, 4096  # docs.discord.com/developers/resources/message#embed-object-embed-limits
ALT = 1024  # docs.discord.com/developers/resources/message#attachment-object-attachment-request-structure
MARKUP = re.compile(r"[\\*_~`|\[<]|^[-+#>]|:(?=\S)|(?<=\d)\.(?=\s)", re.MULTILINE)
UNKNOWN_MESSAGE = 10008  # docs.discord.com/developers/topics/opcodes-and-status-codes#json
LOOK = "Look in Discord: if it is not there, try again; if it is, leave it out."


class Discord:
    limits = CONTENT
    by_hand = False
    every_version = False

    def __init__(
        self, url: str, pictures: Pictures, *, allow_private: bool = False, patience: Patience = PATIENCE
    ) -> None:
        self._url, self._pictures = url, pictures
        self._outward = Outward(allow_private=allow_private, patience=patience)
        self._server = ""

    def check(self) -> None:
        """Ask Discord what the webhook is. Its server's id is part of every message's address."""
        self._server = str(told(self._ask("GET", self._url, posts=False)).get("guild_id") or "")

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        def mark(text: str) -> str:
            return marked(text, announcement.url, quiet=_quiet, shown=lambda address: f"<{address}>")

        text = fitted(announcement, marking(CONTENT, mark))
        card = {
            "title": cut(announcement.headline, CARD_TITLE, _quiet),
            "url": announcement.url,
            "description": cut(announcement.summary or announcement.what, CARD_WORDS, _quiet),
        }
        body = {"content": mark(text), "embeds": [card], "allowed_mentions": {"parse": []}}
        beside = f"[{announcement.headline} – {announcement.summary or announcement.what}]"
        return Post(text=text, beside=beside, body=body, picture=announcement.picture)

    def send(self, post: Post, key: str) -> Sent:
        self._learn_server()
        try:
            return self._sent(self._ask("POST", f"{self._url}?wait=true", posts=True, **self._form(post)))
        except Uncertain as error:
            raise Unseen(f"{error.words} {LOOK}") from error

    def find(self, post: Post, key: str) -> Sent | None:
        raise Unseen(f"It may be out. {LOOK}")

    def edit(self, remote_id: str, post: Post) -> Sent:
        self._learn_server()
        # Sent twice it is the same message, so an unclear outcome only means another try.
        return self._sent(self._ask("PATCH", f"{self._url}/messages/{remote_id}", posts=False, **self._form(post)))

    def _learn_server(self) -> None:
        """If that fails, the post is one without an address."""
        if not self._server:
            with suppress(Undelivered):
                self.check()

    def _form(self, post: Post) -> dict[str, Any]:
        """What httpx is to send: the message and, if there is one, its picture. An edit puts both in the old places."""
        png = self._pictures.read(post.picture.digest) if post.picture else None
        if post.picture is None or png is None:
            return {"json": {**post.body, "attachments": []}}
        attached = {"id": 0, "filename": "change.png", "description": cut(post.picture.alt, ALT, str)}
        return {
            "data": {"payload_json": json.dumps({**post.body, "attachments": [attached]})},
            "files": {"files[0]": ("change.png", png, "image/png")},
        }

    def _ask(self, method: str, url: str, *, posts: bool, **more: Any) -> httpx.Response:
        answer = ask(self._outward, "Discord", method, url, posts=posts, at=now(), **more)
        if told(answer).get("code") == UNKNOWN_MESSAGE:
            raise Rejected("The message is not there any more. Somebody may have deleted it.")
        if answer.status_code in (401, 403, 404):
            raise Revoked("Discord does not know this webhook any more. Somebody may have deleted it.")
        if answer.status_code >= 400:
            raise Rejected(f"Discord refused the message ({answer.status_code}).")
        return answer

    def _sent(self, answer: httpx.Response) -> Sent:
        message, channel = _number(answer, "id"), _number(answer, "channel_id")
        url = f"https://discord.com/channels/{self._server}/{channel}/{message}" if self._server.isdigit() else None
        return Sent(remote_id=str(message), url=url)


def _number(answer: httpx.Response, name: str) -> int:
    """An id. Raises Uncertain if the answer is none of Discord's."""
    try:
        return int(told(answer)[name])
    except (ValueError, KeyError, TypeError) as error:
        raise Uncertain("Discord answered something unreadable.") from error


def _quiet(typed: str) -> str:
    """Every sign that could begin markup behind a backslash: no links, mentions, emoji, headings or spoilers."""
    return MARKUP.sub(r"\\\g<0>", typed)


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    url = web_address(fields.get("url", ""), "url").partition("?")[0]
    parts = urlsplit(url)
    path = PATH.fullmatch(parts.path)
    at_discord = parts.scheme == "https" and parts.hostname in HOSTS
    if path is None or not (at_discord or ground.allow_private):
        raise Invalid("The address of a Discord webhook looks like https://discord.com/api/webhooks/123/abc", "url")
    return Account("Discord", f"{parts.hostname}, webhook {path[1]}", {"url": url})


def open_account(credentials: Mapping[str, str], ground: Ground) -> Discord:
    return Discord(credentials["url"], ground.pictures, allow_private=ground.allow_private)


KIND = Kind(
    word="discord",
    name="Discord",
    meaning="We post to one channel of a Discord server.",
    steps=(
        "In Discord, open the settings of the channel, then Integrations, then Webhooks, and make one.",
        "Copy the webhook’s URL. Whoever has it can post to the channel.",
    ),
    asks=(Asked("url", "Webhook URL", "It begins with https://discord.com/api/webhooks/", type="password"),),
    read=read,
    open=open_account,
)

"""Slack's and Discord's webhooks as their documentation describes them, in so far as we use them: what is shown, and
who is pinged. Like every receiver they misbehave on demand.
"""

import html
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from tests.publishing.receiver import Handler, Message, Receiver

SLACK_PATH, DISCORD_PATH = "/services/T000/B000/XXXX", "/api/webhooks/4711/to-ken_1"
SERVER, CHANNEL = "9001", "9002"
TOO_LONG = {"content": 2000, "title": 256, "description": 4096, "alt": 1024}


@dataclass
class Shown:
    """One message as people see it."""

    text: str
    links: list[str]
    card: dict[str, str] = field(default_factory=dict)
    pictures: list[tuple[bytes, str]] = field(default_factory=list)


@dataclass
class Room(Receiver):
    """`pinged` are those whose telephones rang. `gone`: the webhook was deleted."""

    shown: list[Shown] = field(default_factory=list)
    pinged: list[str] = field(default_factory=list)
    gone: bool = False


class Slack(Handler):
    """docs.slack.dev/messaging/formatting-message-text: angle brackets are links, or pings if a sign comes first."""

    def well(self, message: Message) -> None:
        room = self.receiver
        assert isinstance(room, Room)
        if room.gone or self.path != SLACK_PATH:
            return self.say(404, b"no_service", "text/html")
        try:
            told = json.loads(message.body)
        except ValueError:
            return self.say(400, b"invalid_payload", "text/html")
        text = told.get("text", "")
        if not text:
            return self.say(400, b"no_text", "text/html")
        found = re.findall("<([^>]*)>", text)
        room.pinged += [each for each in found if each[:1] in "!@#"]
        if told.get("link_names") or told.get("parse") == "full":
            room.pinged += re.findall(r"@\w+", text)
        links = [html.unescape(each.partition("|")[0]) for each in found if each[:1] not in "!@#"]
        if told.get("parse") != "none":
            links += re.findall(r"(?<!<)https?://\S+", text)
        seen = re.sub("<([^>|]*)[^>]*>", r"\1", text)
        room.shown.append(Shown(seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"), links))
        return self.say(200, b"ok", "text/html")


class Discord(Handler):
    """docs.discord.com/developers/resources/webhook. Without `allowed_mentions` everybody who is named is pinged."""

    def well(self, message: Message) -> None:
        room = self.receiver
        assert isinstance(room, Room)
        path, _, query = self.path.partition("?")
        if room.gone or not path.startswith(DISCORD_PATH):
            return self._say(404, message="Unknown Webhook", code=10015)
        if message.method == "GET":
            return self._say(200, id="4711", guild_id=SERVER, channel_id=CHANNEL, name="Drafts", type=1)
        told, files = _form(message)
        shown = Shown(_read(told.get("content", "")), _links(told.get("content", "")))
        shown.card = next(iter(told.get("embeds", ())), {})
        shown.pictures = [(files[each["id"]], each["description"]) for each in told.get("attachments", ())]
        sizes = {"content": told.get("content", ""), **shown.card, "alt": "".join(alt for _, alt in shown.pictures)}
        if any(len(sizes.get(name, "").encode("utf-16-le")) > 2 * most for name, most in TOO_LONG.items()):
            return self._say(400, message="Invalid Form Body", code=50035)
        allowed = told.get("allowed_mentions", {"parse": ["everyone", "roles", "users"]})["parse"]
        room.pinged += re.findall(r"@everyone|@here|<@&?\d+>", told.get("content", "")) if allowed else []
        if message.method == "PATCH":
            number = int(path.removeprefix(f"{DISCORD_PATH}/messages/"))
            if number >= len(room.shown):
                return self._say(404, message="Unknown Message", code=10008)
            room.shown[number] = shown
        else:
            room.shown.append(shown)
            number = len(room.shown) - 1
        if message.method == "POST" and "wait=true" not in query:
            return self._say(204)
        return self._say(200, id=str(number), channel_id=CHANNEL)

    def _say(self, status: int, **told: Any) -> None:
        self.say(status, json.dumps(told).encode())


def _form(message: Message) -> tuple[dict[str, Any], dict[int, bytes]]:
    kind, options = parse_options_header(message.headers["content-type"])
    if kind == "application/json":
        return json.loads(message.body), {}
    _, form, files = FormDataParser().parse(io.BytesIO(message.body), kind, len(message.body), options)
    return json.loads(form["payload_json"]), {int(name[6:-1]): file.read() for name, file in files.items()}


def _read(content: str) -> str:
    """A backslash before a sign shows the sign; brackets around an address hide its preview."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", re.sub(r"(?<!\\)<(https?://[^>\s]*)>", r"\1", content))


def _links(content: str) -> list[str]:
    """What Discord would make a link of, or more than that."""
    return [found.rstrip(">") for found in re.findall(r"(?:https?|discord|steam)://\S+", content)]

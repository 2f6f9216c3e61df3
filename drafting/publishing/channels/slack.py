"""Messages in one Slack channel, by a webhook: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.

A webhook tells nothing about what was posted: no address, nothing to edit or to look for. So what may be out is never
sent again before a person has looked. It takes no files: a picture would need a public address.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from ...db import now
from ...errors import Invalid
from ...wording.measures import Limits
from ..announcement import Announcement, fitted
from .channel import Post, Sent
from .failures import Rejected, Revoked, Uncertain, Unseen
from .kind import Account, Asked, Ground, Kind, web_address
from .marking import marked, marking, utf16
from .outward import PATIENCE, Outward, Patience
from .speaking import ask

HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
MESSAGE = Limits(4000, None, utf16)  # docs.slack.dev/reference/methods/chat.postMessage: longer ones may be cut
QUIET = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})  # docs.slack.dev/messaging/formatting-message-text
LOOK = "Look in Slack: if it is not there, try again; if it is, leave it out."


class Slack:
    limits = MESSAGE
    by_hand = False
    every_version = False

    def __init__(self, url: str, *, allow_private: bool = False, patience: Patience = PATIENCE) -> None:
        self._url = url
        self._outward = Outward(allow_private=allow_private, patience=patience)

    def check(self) -> None:
        """Slack refuses a message without words as such (400) only if it knows the address."""
        self._post({"text": ""}, posts=False, fine=(400,))

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        def mark(text: str) -> str:
            return marked(text, announcement.url, quiet=lambda typed: typed.translate(QUIET), shown=_link)

        text = fitted(announcement, marking(MESSAGE, mark))
        # Stars stay stars, names stay names, and addresses that were typed become neither links nor previews.
        plain = {"mrkdwn": False, "parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
        return Post(text=text, body={"text": mark(text), **plain})

    def send(self, post: Post, key: str) -> Sent:
        try:
            self._post(post.body, posts=True)
        except Uncertain as error:
            raise Unseen(f"{error.words} {LOOK}") from error
        return Sent(remote_id=key)

    def find(self, post: Post, key: str) -> Sent | None:
        raise Unseen(f"It may be out. {LOOK}")

    def _post(self, body: dict[str, object], *, posts: bool, fine: tuple[int, ...] = ()) -> None:
        answer = ask(self._outward, "Slack", "POST", self._url, posts=posts, at=now(), json=body)
        if answer.status_code in (401, 403, 404, 410):  # the token, the app, the channel or the workspace is gone
            raise Revoked(f"Slack does not take messages at this address any more ({_said(answer.text)}).")
        if answer.status_code >= 400 and answer.status_code not in fine:
            raise Rejected(f"Slack refused the message ({_said(answer.text)}).")


def _link(address: str) -> str:
    return f"<{address.translate(QUIET)}>"


def _said(body: str) -> str:
    """One of Slack's short words for errors; nothing else that may be in an answer."""
    return body if body.isascii() and body.replace("_", "").isalpha() and len(body) <= 60 else "no reason given"


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    url = web_address(fields.get("url", ""), "url")
    parts = urlsplit(url)
    at_slack = parts.scheme == "https" and parts.hostname in HOSTS and parts.path.startswith("/services/")
    if not at_slack and not ground.allow_private:
        raise Invalid("The address of a Slack webhook begins with https://hooks.slack.com/services/", "url")
    return Account("Slack", str(parts.hostname), {"url": url})


def open_account(credentials: Mapping[str, str], ground: Ground) -> Slack:
    return Slack(credentials["url"], allow_private=ground.allow_private)


KIND = Kind(
    word="slack",
    name="Slack",
    meaning="We post to one channel of a Slack workspace.",
    steps=(
        "In Slack, make an app at api.slack.com/apps, or let somebody who runs the workspace do it.",
        "In the app, switch on Incoming Webhooks, press Add New Webhook and choose the channel.",
        "Copy the webhook’s address. Whoever has it can post to the channel.",
    ),
    asks=(Asked("url", "Webhook address", "It begins with https://hooks.slack.com/services/", type="password"),),
    read=read,
    open=open_account,
)

"""Posts on Mastodon, or on any other server that speaks its client API: docs.joinmastodon.org/client/intro.

Whether a post is out is read from our own newest posts: other servers ignore the `Idempotency-Key` that Mastodon keeps
for an hour. A picture goes first and waits until the server has read it.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from ...wording.graphemes import clip
from ..announcement import Announcement, fitted
from ..pictures import Picture, Pictures
from .channel import Post, Sent
from .failures import Refit, Rejected, Retry
from .kind import ADDRESS_LIMIT, Ground
from .mastodon_errors import Missing, Unprocessable, translated
from .mastodon_sizes import Sizes
from .mastodon_speaking import asked_sizes, named, speaker
from .outward import PATIENCE, Outward, Patience

VISIBILITIES = (("public", "Public: everybody finds it"), ("unlisted", "Quiet: followers, and whoever has the link"))
NEWEST = 40  # the most that one request answers: docs.joinmastodon.org/methods/accounts/#statuses
TOGETHER_S = 60
LOOKS = 15
"""How often we ask whether the server has read a picture."""

log = logging.getLogger(__name__)


class Mastodon:
    """One account, with the token that somebody gave us there. `pause_s`: between looks at a picture."""

    by_hand = False
    every_version = False

    def __init__(
        self,
        account: Mapping[str, str],
        pictures: Pictures,
        *,
        allow_private: bool = False,
        patience: Patience = PATIENCE,
        pause_s: float = 1,
    ) -> None:
        self._server, self._token, self._id = account["server"], account["token"], account["id"]
        self._host = urlsplit(self._server).netloc
        self._visibility = account["visibility"]
        self._take(Sizes.from_text(account))
        self._pictures, self._pause_s = pictures, pause_s
        self._outward = Outward(allow_private=allow_private, patience=patience)
        self._opened: Any = None

    def check(self) -> None:
        """Ask whose token it is. Raises Undelivered with the reason in words."""
        with self._errand() as api, translated(self._host, sending=False):
            if named(api.account_verify_credentials()) != self._id:
                raise Rejected("The server says that this is another account.")

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        status = {
            "status": fitted(announcement, self.limits),
            "visibility": self._visibility,
            "language": announcement.language,
        }
        if thread is not None:
            status["in_reply_to_id"] = thread["id"]
        picture = announcement.picture
        if picture is not None:
            picture = Picture(picture.digest, clip(picture.alt, self._description))
        return Post(
            text=status["status"],
            beside=f"[Picture: {picture.alt}]" if picture else "",
            body={"status": status, "link": announcement.url},
            picture=picture,
        )

    def send(self, post: Post, key: str) -> Sent:
        """Raises Refit if the server takes less than it did when the post was made."""
        with self._errand() as api:
            media = self._shown(api, post.picture)
            status = post.body["status"]
            try:
                return self._posted(api, status, media, key)
            except Missing:
                if "in_reply_to_id" not in status:
                    raise
                log.info("the first post of a thread is gone", extra={"host": self._host})
                alone = {name: value for name, value in status.items() if name != "in_reply_to_id"}
                return self._posted(api, alone, media, key)
            except Unprocessable:
                with translated(self._host, sending=False):
                    self._take(asked_sizes(api))
                if self.limits.hold(post.text):
                    raise
                raise Refit(f"{self._host} takes shorter posts than before; it is made anew.") from None

    def find(self, post: Post, key: str) -> Sent | None:
        with self._errand() as api, translated(self._host, sending=False):
            for status in api.account_statuses(self._id, limit=NEWEST, exclude_reblogs=True):
                if post.body["link"] in _links(str(status["content"])):
                    return _sent(status)
        return None

    def edit(self, remote_id: str, post: Post) -> Sent:
        """The picture stays, with its description."""
        with self._errand() as api, translated(self._host, sending=False):
            media = [named(shown) for shown in api.status(remote_id)["media_attachments"]]
            return _sent(api.status_update(remote_id, post.text, media_ids=media))

    def _posted(self, api: Any, status: dict[str, str], media: list[str], key: str) -> Sent:
        with translated(self._host, sending=True):
            return _sent(api.status_post(**status, media_ids=media or None, idempotency_key=key))

    def _shown(self, api: Any, picture: Picture | None) -> list[str]:
        """The picture's id there, ready to be shown; none if we no longer have it or the server does not want it."""
        png = self._pictures.read(picture.digest) if picture else None
        if picture is None or png is None:
            return []
        try:
            with translated(self._host, sending=False):
                held = api.media_post(png, "image/png", description=picture.alt, file_name="change.png")
                for _ in range(LOOKS):
                    if held["url"]:
                        return [named(held)]
                    time.sleep(self._pause_s)
                    held = api.media(named(held))
        except Rejected:
            log.info("a picture was refused", extra={"host": self._host}, exc_info=True)
            return []
        raise Retry(f"{self._host} has not yet worked through the picture.")

    def _take(self, sizes: Sizes) -> None:
        self.limits, self._description = sizes.limits, sizes.description

    @contextmanager
    def _errand(self) -> Iterator[Any]:
        """The server, for several requests that together take no longer than a call may."""
        if self._opened is None:
            self._opened = speaker(self._server, self._token, self._outward)
        adapter, api = self._opened
        with adapter.within(TOGETHER_S):
            yield api


def open_account(credentials: Mapping[str, str], ground: Ground) -> Mastodon:
    return Mastodon(credentials, ground.pictures, allow_private=ground.allow_private)


def _sent(status: Any) -> Sent:
    known, url = named(status), str(status["url"] or "")
    shown = url if url.startswith(("https://", "http://")) and len(url) <= ADDRESS_LIMIT else None
    return Sent(remote_id=known, url=shown, ref={"id": known})


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.update(value for name, value in attrs if tag == "a" and name == "href" and value)


def _links(content: str) -> set[str]:
    """Where the links of a post lead."""
    reader = _Hrefs()
    reader.feed(content)
    return reader.found

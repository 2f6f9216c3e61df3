"""Posts on Bluesky, or on any other server that speaks the AT protocol.

A post is written with `putRecord` under our own record key: twice the same is one record with one content id, where
`createRecord` answers 500 to the second attempt. The time of the post is frozen with it for the same reason.
"""

from datetime import UTC, datetime
from typing import Any

from ...wording.measures import BLUESKY
from ...wording.posts import hashtag
from ..announcement import Announcement, fitted
from .bluesky_errors import SignedOut, translated
from .channel import Post, Sent
from .facets import facets
from .outward import Outward

DEFAULT_SERVICE = "https://bsky.social"
COLLECTION = "app.bsky.feed.post"
CARD_TITLE = 300  # characters; the lexicon names no limit, apps cut far earlier


class Bluesky:
    """One account, signed in with an app password when first needed and then kept: 300 sign-ins a day are allowed."""

    limits = BLUESKY
    by_hand = False

    def __init__(
        self, handle: str, app_password: str, service: str = DEFAULT_SERVICE, *, allow_private: bool = False
    ) -> None:
        self._handle, self._password = handle, app_password
        self._service, self._allow_private = service, allow_private
        self._client: Any = None
        self._did = ""

    def check(self) -> None:
        """Sign in now. Raises Undelivered with the reason in words."""
        self._sign_in()

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        text = fitted(announcement, BLUESKY, link_in_text=False)
        title = announcement.headline[:CARD_TITLE]
        description = (announcement.summary or announcement.what)[:CARD_TITLE]
        record: dict[str, Any] = {
            "$type": COLLECTION,
            "text": text,
            "createdAt": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "langs": [announcement.language],
            "facets": facets(text, links=(announcement.url,), tags=(hashtag(announcement.hashtag),)),
            "embed": {
                "$type": "app.bsky.embed.external",
                "external": {"uri": announcement.url, "title": title, "description": description},
            },
        }
        if thread is not None:
            first = {"uri": thread["uri"], "cid": thread["cid"]}
            record["reply"] = {"root": first, "parent": first}
        return Post(text=text, beside=f"[{title} – {description} {announcement.url}]", body=record)

    def send(self, post: Post, key: str) -> Sent:
        data = {"collection": COLLECTION, "rkey": key, "record": post.body}
        answer = self._ask(lambda client, did: client.com.atproto.repo.put_record(data={"repo": did, **data}), True)
        return self._sent(answer.uri, answer.cid, key)

    def find(self, post: Post, key: str) -> Sent | None:
        params = {"collection": COLLECTION, "rkey": key}
        answer = self._ask(
            lambda client, did: client.com.atproto.repo.get_record(params={"repo": did, **params}), False
        )
        return None if answer is None else self._sent(answer.uri, answer.cid, key)

    def _ask(self, call: Any, sending: bool) -> Any:
        """The answer, with a new sign-in if the old one has run out; None if there is no such record."""
        for again in (True, False):
            if self._client is None:
                self._sign_in()
            try:
                with translated(sending=sending):
                    return call(self._client, self._did)
            except SignedOut:
                self._client = None
                if not again:
                    raise
            except LookupError:
                return None

    def _sign_in(self) -> None:
        from atproto import Client, Request  # takes a second, which every start and command would pay

        client = Client(self._service, Request(transport=Outward(allow_private=self._allow_private), trust_env=False))
        client.on_session_change(self._note_session)
        with translated(sending=False):
            # A bare server knows no profiles; the account's id comes with the session.
            client.login(self._handle, self._password, fetch_bsky_profile=False)
        self._client = client

    def _note_session(self, event: Any, session: Any) -> None:
        self._did = session.did

    def _sent(self, uri: str, cid: str, key: str) -> Sent:
        url = f"https://bsky.app/profile/{self._did}/post/{key}"
        return Sent(remote_id=uri, url=url, ref={"uri": uri, "cid": cid})

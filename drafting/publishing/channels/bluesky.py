"""Posts on Bluesky, or on any other server that speaks the AT protocol.

A post is written with `putRecord` under our own record key: twice the same is one record with one content id, where
`createRecord` answers 500 to the second attempt. The time of the post is frozen with it for the same reason.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ...errors import Invalid
from ...wording.graphemes import clip
from ...wording.measures import BLUESKY
from ...wording.posts import hashtag
from ..announcement import Announcement, fitted
from ..drawing import HEIGHT, WIDTH
from ..pictures import Pictures
from .bluesky_errors import SignedOut, translated
from .channel import Post, Sent
from .facets import facets
from .failures import Rejected
from .kind import Account, Asked, Ground, Kind, web_address
from .outward import Outward

DEFAULT_SERVICE = "https://bsky.social"
COLLECTION = "app.bsky.feed.post"
HANDLE_LIMIT = 253  # atproto.com/specs/handle
ALT_LIMIT = 2000  # what the official apps take
CARD_TITLE = 300  # characters; the lexicon names no limit, apps cut far earlier


class Bluesky:
    """One account, signed in with an app password when first needed and then kept: 300 sign-ins a day are allowed."""

    limits = BLUESKY
    by_hand = False
    every_version = False

    def __init__(
        self,
        handle: str,
        app_password: str,
        service: str = DEFAULT_SERVICE,
        *,
        allow_private: bool = False,
        pictures: Pictures | None = None,
    ) -> None:
        self._handle, self._password = handle, app_password
        self._service, self._allow_private = service, allow_private
        self._pictures = pictures
        self._client: Any = None
        self._did = ""

    def check(self) -> None:
        """Sign in now. Raises Undelivered with the reason in words."""
        self._sign_in()

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        # A post has a card that leads to the page, or a picture; with a picture the link stands in the text.
        text = fitted(announcement, BLUESKY, link_in_text=announcement.picture is not None)
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
            root = {name: thread[name] for name in ("uri", "cid")}
            parent = {name: thread.get(f"parent_{name}", thread[name]) for name in ("uri", "cid")}
            record["reply"] = {"root": root, "parent": parent}
        beside = "" if announcement.picture else f"[{title} – {description} {announcement.url}]"
        return Post(text=text, beside=beside, body=record, picture=announcement.picture)

    def send(self, post: Post, key: str) -> Sent:
        data = {"collection": COLLECTION, "rkey": key, "record": self._with_picture(post)}
        answer = self._ask(lambda client, did: client.com.atproto.repo.put_record(data={"repo": did, **data}), True)
        return self._sent(answer.uri, answer.cid, key)

    def _with_picture(self, post: Post) -> dict[str, Any]:
        """The record as it is written; the same picture is the same blob, so that twice the same stays one record. A
        picture that is lost here or not wanted there leaves the card.
        """
        png = self._pictures.read(post.picture.digest) if self._pictures and post.picture else None
        if png is None or post.picture is None:
            return post.body
        try:
            blob = self._ask(lambda client, did: client.upload_blob(png), False).blob
        except Rejected:
            return post.body
        shown = {
            "image": blob.model_dump(by_alias=True),
            "alt": clip(post.picture.alt, ALT_LIMIT),
            "aspectRatio": {"width": WIDTH, "height": HEIGHT},
        }
        return {**post.body, "embed": {"$type": "app.bsky.embed.images", "images": [shown]}}

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


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    handle = fields.get("handle", "").strip().removeprefix("@").lower()
    if "." not in handle or len(handle) > HANDLE_LIMIT or any(c.isspace() or c in "/@" for c in handle):
        raise Invalid("A Bluesky handle looks like name.bsky.social.", "handle")
    password = fields.get("app_password", "").strip()
    if not password:
        raise Invalid("Make an app password in Bluesky's settings and give it here.", "app_password")
    service = web_address(fields.get("service", "").strip() or DEFAULT_SERVICE, "service")
    if not service.startswith("https://") and not ground.allow_private:
        raise Invalid("The server's address must begin with https://, because a password goes there.", "service")
    return Account(handle, handle, {"handle": handle, "app_password": password, "service": service})


def open_account(credentials: Mapping[str, str], ground: Ground) -> Bluesky:
    return Bluesky(
        credentials["handle"],
        credentials["app_password"],
        credentials["service"],
        allow_private=ground.allow_private,
        pictures=ground.pictures,
    )


KIND = Kind(
    word="bluesky",
    name="Bluesky",
    meaning="We post to an account of the event.",
    steps=(
        "Make an account for the event at bsky.app, or use one that it has.",
        "In its settings, under Privacy and security, make an app password.",
    ),
    asks=(
        Asked("handle", "Handle", "Such as rivermead.bsky.social"),
        Asked("app_password", "App password", "Not the password of the account.", type="password"),
        Asked("service", "Server", "Leave it empty for bsky.social.", required=False),
    ),
    read=read,
    open=open_account,
)

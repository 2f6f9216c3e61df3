"""The event's own account in the fediverse: a text's actor says what changed, and the event's actor passes it on.

Posting is a row of ours: followers' servers are told by the courier, each at its own pace.
"""

import html
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...db import now
from ...events.models import Event
from ...wording.measures import Limits, mastodon_length
from ...wording.posts import hashtag
from ..announcement import Announcement, fitted
from ..drawing import HEIGHT, WIDTH
from ..fediverse import documents, saying
from ..fediverse.addresses import Handle, note_path
from ..fediverse.models import Note
from .channel import Post, Sent
from .failures import Rejected
from .kind import Account, Ground, Kind

LIMITS = Limits(700, None, mastodon_length)  # ours: what is read without unfolding on most servers


class Fediverse:
    limits = LIMITS
    by_hand = False
    every_version = False

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def check(self) -> None:
        """It is ours."""

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        text = fitted(announcement, self.limits)
        base = self._ground.base_url
        author = base + Handle(announcement.event_slug, announcement.draft_slug).path
        tag = hashtag(announcement.hashtag)
        tags_page = f"{base}/e/{announcement.event_slug}"
        content = as_html(text, link=announcement.url, tag=tag, tags_page=tags_page)
        body: dict[str, Any] = {
            "type": "Note",
            "attributedTo": author,
            "to": [documents.PUBLIC] if announcement.listed else [f"{author}/followers"],
            "cc": [f"{author}/followers"] if announcement.listed else [documents.PUBLIC],
            "content": content,
            "contentMap": {announcement.language: content},
            "published": documents.stamp(at),
            "url": announcement.url,
            "tag": [{"type": "Hashtag", "name": tag, "href": tags_page}] if tag else [],
            "interactionPolicy": documents.QUOTABLE,
            "inReplyTo": thread["id"] if thread else None,
            "attachment": [],
        }
        if announcement.picture is not None:
            place = f"{announcement.draft_slug}/{announcement.number}.png"
            body["attachment"] = [
                {
                    "type": "Document",
                    "mediaType": "image/png",
                    "url": f"{base}/e/{announcement.event_slug}/-/picture/{place}",
                    "name": announcement.picture.alt,
                    "width": WIDTH,
                    "height": HEIGHT,
                }
            ]
        where = {"event": announcement.event_slug, "draft": announcement.draft_slug, "number": announcement.number}
        return Post(text=text, body={"note": body, **where}, picture=announcement.picture)

    def send(self, post: Post, key: str) -> Sent:
        handle = Handle(post.body["event"], post.body["draft"])
        uri = self._ground.base_url + note_path(handle.event, key)
        note = {"@context": documents.CONTEXT, "id": uri, **post.body["note"]}
        with self._ground.database.write() as session:
            event_id = session.scalar(sa.select(Event.id).where(Event.slug == handle.event))
            if event_id is None:
                raise Rejected("There is no such event any more.")
            uri = saying.say(
                session, self._ground.base_url, key=key, handle=handle, event_id=event_id,
                number=post.body["number"], body=note, at=now(),
            )  # fmt: skip
        return Sent(remote_id=uri, url=post.body["note"]["url"], ref={"id": uri})

    def find(self, post: Post, key: str) -> Sent | None:
        """Sending twice is once."""
        return None

    def edit(self, remote_id: str, post: Post) -> Sent:
        with self._ground.database.write() as session:
            note = session.scalar(sa.select(Note).where(Note.key == remote_id.rpartition("/")[2]))
            if note is None or note.deleted is not None:
                raise Rejected("This post was taken back.")
            body = {"@context": documents.CONTEXT, "id": remote_id, **post.body["note"]}
            saying.change(session, note, body, now())
        return Sent(remote_id=remote_id, url=post.body["note"]["url"], ref={"id": remote_id})


def as_html(text: str, *, link: str, tag: str, tags_page: str) -> str:
    """The post as paragraphs, with its link and hashtag to press; only what every server keeps."""
    shown = html.escape(text)
    for words, pressed in ((link, _anchor(link)), (tag, _tag(tag, tags_page))):
        if words:
            shown = _once_from_the_end(shown, html.escape(words), pressed)
    return "".join(f"<p>{part}</p>" for part in re.split(r"\n{2,}", shown)).replace("\n", "<br>")


def _once_from_the_end(text: str, words: str, pressed: str) -> str:
    """Links and tags stand at the end; the same letters may be in a quote before."""
    before, found, after = text.rpartition(words)
    return before + pressed + after if found else text


def _tag(tag: str, page: str) -> str:
    return f'<a href="{html.escape(page)}" class="mention hashtag" rel="tag">#<span>{html.escape(tag[1:])}</span></a>'


def _anchor(link: str) -> str:
    shown = html.escape(link.partition("://")[2])
    return f'<a href="{html.escape(link)}" rel="nofollow noopener" target="_blank">{shown}</a>'


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    return Account("Fediverse", "", {})


def open_account(credentials: Mapping[str, str], ground: Ground) -> Fediverse:
    return Fediverse(ground)


KIND = Kind(
    word="fediverse",
    name="Fediverse",
    meaning="The event and each of its texts have an account of their own, which anybody can follow from Mastodon.",
    steps=(),
    asks=(),
    read=read,
    open=open_account,
    trial=False,
    own=True,
)

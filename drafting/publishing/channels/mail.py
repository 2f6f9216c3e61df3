"""Letters to whoever asked for them: posting is a row of ours, and the postman writes to each reader in their time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...db import now
from ...errors import Invalid
from ...events.models import Event
from ...wording import letter
from ...wording.letter import Frame, Item
from ...wording.measures import Limits
from ...wording.names import clean_line
from ..announcement import Announcement, parts
from ..mail import editions, subscribing
from ..mail.editions import About
from ..mail.server import counter
from .channel import Post, Sent
from .failures import Rejected
from .kind import Account, Asked, Ground, Kind

LIMITS = Limits(20_000)
SENDER_LIMIT = 120
SHORTEST_SENDER = 3
MANAGE = "…"
"""In a preview, in the place of the address that is different for each reader."""


class Mail:
    limits = LIMITS
    by_hand = False
    every_version = False

    def __init__(self, ground: Ground, office: subscribing.Office) -> None:
        self._ground, self._office = ground, office

    def check(self) -> None:
        if self._ground.mail is None:
            raise Rejected(LACKS)
        with counter(self._ground.mail):
            """It let us in."""

    def compose(self, announcement: Announcement, *, thread: dict[str, str] | None, at: datetime) -> Post:
        item = _item(announcement)
        shown = letter.compose([item], Frame(announcement.event_title, self._office.sender, MANAGE))
        where: dict[str, Any] = {"event": announcement.event_slug, "draft_id": announcement.draft_id}
        body = {**where, "number": announcement.number, "url": announcement.url, "item": item.as_json()}
        return Post(text=f"{shown.subject}\n\n{shown.text}", body=body)

    def send(self, post: Post, key: str) -> Sent:
        with self._ground.database.write() as session:
            event_id = session.scalar(sa.select(Event.id).where(Event.slug == post.body["event"]))
            if event_id is None:
                raise Rejected("There is no such event any more.")
            about = About(event_id, post.body["draft_id"], post.body["number"])
            editions.say(session, key=key, about=about, item=Item.from_json(post.body["item"]), at=now())
        return Sent(remote_id=key, url=post.body["url"])

    def find(self, post: Post, key: str) -> Sent | None:
        """Sending twice is once."""
        return None


def _item(announcement: Announcement) -> Item:
    said = parts(announcement)
    return Item(
        headline=said.headline,
        url=announcement.url,
        commit=announcement.commit,
        language=announcement.language,
        kind=said.kind,
        standing=said.standing,
        what=said.what,
        counts=said.counts,
        quote=said.quote,
        promise=said.promise,
    )


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    sender = clean_line(fields.get("sender", ""), SENDER_LIMIT + 1)
    if not SHORTEST_SENDER <= len(sender) <= SENDER_LIMIT:
        raise Invalid("Say who sends the letters, in at most 120 characters.", "sender")
    typed = fields.get("answers", "").strip()
    try:
        answers = subscribing.address(typed) if typed else ""
    except Invalid as refusal:
        raise Invalid(refusal.message, "answers") from refusal
    return Account("E-mail", answers, {"sender": sender, "answers": answers})


def open_account(credentials: Mapping[str, str], ground: Ground) -> Mail:
    return Mail(ground, subscribing.Office.of(credentials))


LACKS = (
    "This installation has no mail server yet. Whoever runs it sets DRAFTING_SMTP and DRAFTING_MAIL_FROM, "
    "and starts it again."
)

KIND = Kind(
    word="mail",
    name="E-mail",
    meaning="Anybody can ask for letters about the event or one text: at once, once a day, or once a week.",
    steps=(),
    asks=(
        Asked(
            "sender",
            "Who sends the letters?",
            "It stands at the end of each, for example: Assembly office, Town Hall, Llangefni.",
        ),
        Asked("answers", "Where do answers go?", "An e-mail address; may be left empty.", "email", required=False),
    ),
    read=read,
    open=open_account,
    trial=False,
    once=True,
    joins=False,
    lacks=lambda ground: "" if ground.mail else LACKS,
    forget=subscribing.end_all,
)

"""Opening an event, changing what may be changed about it, and finding it."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import available_timezones

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Invalid, NotFound
from ..facts import EventHidden, EventOpened, record
from .models import Event
from .slugs import choose

LICENCES = {
    "CC-BY-SA-4.0": "Creative Commons, name us and share alike (CC BY-SA 4.0)",
    "CC-BY-4.0": "Creative Commons, name us (CC BY 4.0)",
    "CC0-1.0": "No rights reserved (CC0)",
    "OGL-UK-3.0": "Open Government Licence (UK)",
}
VISIBILITIES = {
    "public": "Public: listed on the front page",
    "unlisted": "Unlisted: whoever has the address can read it",
}


@dataclass(frozen=True)
class Particulars:
    """What an organiser says about an event. Texts have been cleaned by the caller."""

    title: str
    theme: str = ""
    starts: date | None = None
    ends: date | None = None
    place: str = ""
    hashtag: str = ""
    licence: str = "CC-BY-SA-4.0"
    visibility: str = "public"
    language: str = "en"
    timezone: str = "UTC"
    readers_remark: bool = False

    def checked(self) -> "Particulars":
        """Itself if it can be used. Raises Invalid naming the field."""
        if not self.title:
            raise Invalid("Please give the event a title.", field="title")
        if self.starts and self.ends and self.ends < self.starts:
            raise Invalid("The event cannot end before it starts.", field="ends")
        if self.hashtag and not re.fullmatch(r"\w{1,60}", self.hashtag):
            raise Invalid("A hashtag is one word of letters and digits, without spaces.", field="hashtag")
        if self.licence not in LICENCES:
            raise Invalid("Please choose one of the licences.", field="licence")
        if self.visibility not in VISIBILITIES:
            raise Invalid("Please choose who can find the event.", field="visibility")
        if self.timezone not in available_timezones():
            raise Invalid("Please give a time zone by its name, for example Europe/London.", field="timezone")
        return self


def open_event(session: Session, particulars: Particulars, *, slug: str | None, by: int | None, at: datetime) -> Event:
    """A new event. Raises Invalid or Taken naming the field."""
    said = particulars.checked()
    chosen = choose(said.title, slug, lambda s: session.scalar(sa.select(Event.id).where(Event.slug == s)) is not None)
    event = Event(slug=chosen, created=at, state="open", **vars(said))
    session.add(event)
    session.flush()
    record(session, EventOpened(event.id, by), at)
    return event


def change_event(session: Session, event_id: int, particulars: Particulars) -> Event:
    """Say something else about the event; its address stays. Raises Invalid naming the field."""
    event = session.get_one(Event, event_id)
    for name, value in vars(particulars.checked()).items():
        setattr(event, name, value)
    return event


def find(session: Session, slug: str) -> Event:
    """The event at this address. Raises NotFound."""
    event = session.scalar(sa.select(Event).where(Event.slug == slug))
    if event is None:
        raise NotFound("There is no event at this address.")
    return event


def listed(session: Session, limit: int = 100) -> list[Event]:
    """Public events, newest first."""
    public = sa.select(Event).where(Event.visibility == "public", Event.hidden.is_(None))
    return list(session.scalars(public.order_by(Event.created.desc(), Event.id.desc()).limit(limit)))


def hide(session: Session, event_id: int, *, hidden: bool, at: datetime) -> None:
    """Take the event down, or put it back: an act of the operator."""
    session.get_one(Event, event_id).hidden = at if hidden else None
    record(session, EventHidden(event_id, hidden), at)

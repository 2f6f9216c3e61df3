"""A dry run: what each channel would say, to the letter, without saying it."""

from dataclasses import dataclass, replace

from .. import announcing
from ..db import now
from ..errors import Refused
from ..events.models import Event
from ..publishing import connecting, holding, outbox
from ..publishing.announcement import Announcement
from ..publishing.channels import Undelivered
from ..publishing.models import Channel, Delivery
from ..record import history
from ..review.models import Proposal
from . import words
from .services import reading, services

MOST_SHOWN = 20
"""Each compares two texts."""


@dataclass(frozen=True)
class Preview:
    """`about` says what it is about; `text` is the post, or why there would be none."""

    about: str
    text: str
    quiet: bool = False
    """Nothing would be posted: readers would see no difference."""


def of_event(event: Event, channels: list[Channel]) -> dict[int, Preview | None]:
    """About the newest version, by channel id; None before the first version."""
    newest = history.newest_of_event(reading(), event.id, 1) if channels else []
    told = {
        language: announcing.describe(reading(), newest[0].id, language, pool=services().pool) if newest else None
        for language in {channel.language for channel in channels}
    }
    previews: dict[int, Preview | None] = {}
    for channel in channels:
        found = told[channel.language]
        about = f"About the newest version, {found.draft_title}, version {found.number}:" if found else ""
        previews[channel.id] = _preview(about, found, channel) if found else None
    return previews


def of_proposal(proposal: Proposal, base: int) -> list[Preview]:
    """What would be posted if it were published now, for each channel that is not paused."""
    channels = [c for c in connecting.of_event(reading(), proposal.event_id) if c.paused is None]
    if not channels:
        return []
    shop = services()
    told = {
        language: announcing.foretell(reading(), shop.house, proposal, language, base=base, at=now(), pool=shop.pool)
        for language in {channel.language for channel in channels}
    }
    return [_preview(channel.name, told[channel.language], channel) for channel in channels]


def of_entries(event: Event, entries: list[outbox.Entry]) -> dict[int, str]:
    """What the posts say that wait for approval, by delivery id."""
    told = {}
    for entry in [entry for entry in entries if entry.state == "waiting"][:MOST_SHOWN]:
        row = reading().get_one(Delivery, entry.delivery_id)
        channel = reading().get_one(Channel, row.channel_id)
        announcement = announcing.describe(reading(), row.revision_id, channel.language, pool=services().pool)
        if announcement is not None:
            told[row.id] = _preview(channel.name, replace(announcement, words=row.words), channel).text
    return told


def held(event: Event) -> str | None:
    """That posts about the event are held, or will be, in a sentence."""
    at = now()
    hold = holding.of_event(reading(), event.id, at)
    return words.held(hold, event.timezone, at) if hold else None


def held_now(event: Event) -> bool:
    hold = holding.of_event(reading(), event.id, now())
    return hold is not None and hold.since <= now()


def _preview(about: str, announcement: Announcement, channel: Channel) -> Preview:
    ground = services().ground
    try:
        credentials = services().vault.open(channel.secret)
        opened = connecting.build(channel.kind, credentials, ground)
        announcement = replace(announcement, more_hashtags=tuple(channel.hashtags.split()))
        quiet = announcement.trivial and not opened.every_version
        return Preview(about, outbox.preview(announcement, opened, now()), quiet)
    except (Refused, Undelivered) as error:
        return Preview(about, str(error))

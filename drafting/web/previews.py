"""A dry run: what each channel would say, to the letter, without saying it."""

from dataclasses import dataclass

from .. import announcing
from ..db import now
from ..errors import Refused
from ..events.models import Event
from ..publishing import connecting, outbox
from ..publishing.announcement import Announcement
from ..publishing.channels import Undelivered
from ..publishing.models import Channel
from ..record import history
from ..review.models import Proposal
from .services import reading, services


@dataclass(frozen=True)
class Preview:
    """`about` says what it is about; `text` is the post, or why there would be none."""

    about: str
    text: str


def of_event(event: Event, channels: list[Channel]) -> dict[int, Preview | None]:
    """About the newest version, by channel id; None before the first version."""
    newest = history.newest_of_event(reading(), event.id, 1) if channels else []
    announcement = announcing.describe(reading(), newest[0].id, services().pool) if newest else None
    if announcement is None:
        return {channel.id: None for channel in channels}
    about = f"About the newest version, {announcement.draft_title}, version {announcement.number}:"
    return {channel.id: Preview(about, _text(announcement, channel)) for channel in channels}


def of_proposal(proposal: Proposal, base: int) -> list[Preview]:
    """What would be posted if it were published now, for each channel that is not paused."""
    channels = [c for c in connecting.of_event(reading(), proposal.event_id) if c.paused is None]
    if not channels:
        return []
    shop = services()
    announcement = announcing.foretell(reading(), shop.house, proposal, base=base, at=now(), pool=shop.pool)
    return [Preview(channel.name, _text(announcement, channel)) for channel in channels]


def _text(announcement: Announcement, channel: Channel) -> str:
    allow_private = services().settings.allow_private_webhooks
    try:
        credentials = services().vault.open(channel.secret)
        opened = connecting.build(channel.kind, credentials, allow_private=allow_private)
        return outbox.preview(announcement, opened, now())
    except (Refused, Undelivered) as error:
        return str(error)

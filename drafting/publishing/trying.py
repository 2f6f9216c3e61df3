"""A test post: the way out is tried for real before anything depends on it. It is in no ledger."""

import logging
from datetime import datetime

from ..errors import Invalid
from ..events.models import Event
from . import connecting
from .announcement import Announcement
from .channels import Uncertain, Undelivered, Unseen
from .channels.channel import Sent
from .channels.kind import Ground
from .keys import new_key
from .kinds import KINDS
from .models import Channel
from .vault import Locked, Vault

log = logging.getLogger(__name__)


def trial(event: Event, base_url: str, language: str) -> Announcement:
    """What a test post says: that it is one, of which event, and where that is."""
    return Announcement(
        event_title=event.title,
        event_slug=event.slug,
        draft_title=event.title,
        draft_slug="",
        kind="common",
        number=0,
        url=f"{base_url}/e/{event.slug}",
        summary="",
        hashtag=event.hashtag,
        language=language or event.language,
        trial=True,
    )


def try_out(ground: Ground, vault: Vault, channel: Channel, event: Event, at: datetime) -> Sent:
    """Post it. Speaks to the network: never call it within a transaction. Raises Invalid in words."""
    if not KINDS[channel.kind].trial:
        raise Invalid("No test is posted here.")
    if channel.paused is not None:
        raise Invalid("This place is paused. Go on with it first.")
    try:
        opened = connecting.build(channel.kind, vault.open(channel.secret), ground)
        opened.check()
        post = opened.compose(trial(event, ground.base_url, channel.language), thread=None, at=at)
        return opened.send(post, new_key(at))
    except (Uncertain, Unseen) as error:
        raise Invalid(f"{error.words} Look there whether the test is out.") from error
    except Undelivered as error:
        raise Invalid(f"The test was not posted. {error.words}") from error
    except Locked as error:
        raise Invalid(error.message) from error
    except Exception as error:
        log.exception("a test could not be posted", extra={"channel": channel.id})
        raise Invalid("Something went wrong on our side. Look there whether the test is out.") from error

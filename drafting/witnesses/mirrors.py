"""The copies of an event's record: adding one, pausing it, going on, looking again now, and removing it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..config import Settings
from ..errors import Invalid, NotFound, Taken
from ..publishing.vault import Vault
from ..record.models import Revision
from .far import Far, NotCopied
from .models import Mirror

ADDRESS_LIMIT = 500
TOKEN_LIMIT = 500
USER_LIMIT = 100
USER = "git"
"""Most servers want some name beside a token and do not look at it."""
MIRRORS_LIMIT = 5
TRIAL_S = 15


@dataclass(frozen=True)
class Place:
    """Where a copy shall be, of the right form."""

    address: str
    user: str
    token: str

    def far(self, settings: Settings) -> Far:
        return Far(self.address, self.user, self.token, settings.allow_private_webhooks, TRIAL_S)


def read(settings: Settings, *, address: str, user: str, token: str) -> Place:
    """What somebody typed. No network. Raises Invalid with the field."""
    address = address.strip()
    if not _is_address(address, ("https", "http") if settings.allow_private_webhooks else ("https",)):
        raise Invalid("Give the full address for git, beginning with https:// and without a token in it.", "address")
    if len(token) > TOKEN_LIMIT or not all("!" <= letter <= "~" for letter in token):
        raise Invalid("A token has letters and digits, and no spaces. Copy it once more.", "token")
    if len(user) > USER_LIMIT or ":" in user or not user.isprintable():
        raise Invalid("This name cannot go with a token. Leave it empty if you do not know it.", "user")
    return Place(address, user.strip() or USER, token)


def _is_address(address: str, schemes: tuple[str, ...]) -> bool:
    """Only what needs no quoting anywhere: git, curl and a page must read the same host in it."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and len(parts.path) > 1
    except ValueError:
        return False
    plain = all("!" <= letter <= "~" and letter not in "\"'<>\\@?#" for letter in address)
    return fits and plain and len(address) <= ADDRESS_LIMIT


def check(settings: Settings, place: Place) -> None:
    """Look there for real. Speaks to the network: never call it within a transaction. Raises Invalid in words.

    What it holds is looked at by whoever brings it up to date.
    """
    try:
        place.far(settings).tip()
    except NotCopied as error:
        raise Invalid(f"We tried this address. {error.words}", "address") from error


def add(session: Session, vault: Vault, place: Place, *, event_id: int, at: datetime) -> Mirror:
    """Keep a place that was checked; it is brought up to date at once. Raises Invalid, Taken."""
    there = of_event(session, event_id)
    if any(mirror.address == place.address for mirror in there):
        raise Taken("The record is copied to this address already.", field="address")
    if len(there) >= MIRRORS_LIMIT:
        raise Invalid(f"At most {MIRRORS_LIMIT} copies are possible. Remove one first.", "address")
    secret = vault.seal({"user": place.user, "token": place.token}) if place.token else b""
    row = Mirror(event_id=event_id, address=place.address, secret=secret, created=at, not_before=at)
    session.add(row)
    session.flush()
    return row


def of_event(session: Session, event_id: int) -> list[Mirror]:
    """Oldest first, paused ones too."""
    mine = sa.select(Mirror).where(Mirror.event_id == event_id, Mirror.removed.is_(None))
    return list(session.scalars(mine.order_by(Mirror.id)))


def one(session: Session, event_id: int, mirror_id: int) -> Mirror:
    """Raises NotFound."""
    row = session.get(Mirror, mirror_id)
    if row is None or row.event_id != event_id or row.removed is not None:
        raise NotFound("There is no such copy.")
    return row


def pause(session: Session, event_id: int, mirror_id: int, at: datetime) -> None:
    one(session, event_id, mirror_id).paused = at


def resume(session: Session, event_id: int, mirror_id: int, at: datetime) -> None:
    """Go on with one that was paused, or look at once at one that was to be looked at later."""
    row = one(session, event_id, mirror_id)
    row.paused, row.attempts, row.not_before, row.looked = None, 0, at, None


def look_again(session: Session, event_id: int, at: datetime) -> None:
    """Words were taken out of the record: no copy has what it should have any more."""
    session.execute(sa.update(Mirror).where(Mirror.event_id == event_id).values(place=0, not_before=at))


def remove(session: Session, event_id: int, mirror_id: int, at: datetime) -> None:
    """Forget the token. What is there already stays there: it is not ours to delete."""
    row = one(session, event_id, mirror_id)
    row.removed, row.secret = at, b""


@dataclass(frozen=True)
class Standing:
    """How a copy is: `behind` counts the versions it lacks, the first of which became public at `since`."""

    mirror: Mirror
    behind: int
    since: datetime | None


def standings(session: Session, event_id: int) -> list[Standing]:
    return [_standing(session, mirror) for mirror in of_event(session, event_id)]


def _standing(session: Session, mirror: Mirror) -> Standing:
    lacking = sa.select(sa.func.count(), sa.func.min(Revision.released)).where(
        Revision.event_id == mirror.event_id, Revision.place > mirror.place
    )
    behind, since = session.execute(lacking).one()
    return Standing(mirror, behind, since)

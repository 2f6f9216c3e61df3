"""Whether there was a server at which to object: a beat while a clock runs, and a row for each time without.

Whoever serves pages beats. A time without a beat longer than `LOST` did not count for any clock.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import LOCK
from .models import Outage, Proposal, Pulse
from .rules import Pause

BEAT_S = 2
LOST = timedelta(seconds=8)


def clocks_run(session: Session) -> bool:
    """Whether anything is put forward that will be published unless somebody objects."""
    running = sa.select(Proposal.id).where(Proposal.state == "open", Proposal.rule["kind"].as_string() == "unless")
    return session.scalar(running.limit(1)) is not None


def beat(session: Session, at: datetime) -> Outage | None:
    """There is a server now. The outage that has just ended, if there was one. Safe from several processes."""
    last = session.get(Pulse, 1, with_for_update=LOCK)
    if last is None:
        session.add(Pulse(id=1, at=at))
        session.flush()
        return None
    lost = Outage(began=last.at, ended=at) if at - last.at > LOST else None
    if lost is not None:
        session.add(lost)
    last.at = max(last.at, at)
    session.flush()
    return lost


def known_until(session: Session) -> datetime | None:
    """The last moment at which there was certainly a server."""
    return session.scalar(sa.select(Pulse.at).where(Pulse.id == 1))


def outages(session: Session, since: datetime) -> list[Pause]:
    """Those that ended after `since`."""
    found = session.scalars(sa.select(Outage).where(Outage.ended > since).order_by(Outage.began))
    return [Pause(outage.began, outage.ended) for outage in found]

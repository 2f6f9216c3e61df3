"""Other servers: met once, remembered; blocked ones are neither heard nor spoken to."""

import contextlib
import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...errors import Invalid, NotFound
from .models import Dispatch, Follower, Server

DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}(?::[0-9]{1,5})?|\[[0-9a-f:.]{2,45}\](?::[0-9]{1,5})?")
REASON_LIMIT = 200


def met(session: Session, host: str) -> Server:
    """The row of this host, made if it is new."""
    mine = sa.select(Server).where(Server.host == host)
    found = session.scalar(mine)
    if found is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():  # somebody else met it at this moment
            session.add(Server(host=host))
        found = session.scalars(mine).one()
    return found


def is_blocked(session: Session, host: str) -> bool:
    """Whether this host, or a domain above it, is blocked."""
    name, _, port = host.partition(":")
    parts = name.split(".")
    above = [".".join(parts[place:]) for place in range(len(parts))]
    names = [*above, *([f"{name}:{port}"] if port else [])]
    blocked = sa.select(Server.id).where(Server.host.in_(names), Server.blocked.is_not(None))
    return session.scalar(sa.select(blocked.exists())) or False


def block(session: Session, domain: str, because: str, at: datetime) -> int:
    """Hear and speak to this domain and everything below it no more; its followers are forgotten. Says how many."""
    name = domain.strip().lower()
    if not DOMAIN.fullmatch(name) or len(name) > 253:
        raise Invalid("Give the name of a server, for example spam.example.", "domain")
    row = met(session, name)
    row.blocked, row.blocked_because = at, because[:REASON_LIMIT]
    below = sa.select(Server.id).where(
        sa.or_(Server.host == name, Server.host.like(f"%.{name}"), Server.host.like(f"{name}:%"))
    )
    ids = list(session.scalars(below))
    gone = list(session.scalars(sa.select(Follower.id).where(Follower.server_id.in_(ids))))
    session.execute(sa.delete(Follower).where(Follower.server_id.in_(ids)))
    session.execute(sa.delete(Dispatch).where(Dispatch.server_id.in_(ids)))
    return len(gone)


def unblock(session: Session, domain: str) -> None:
    """Raises NotFound if it was not blocked. Who followed must follow again."""
    row = session.scalar(sa.select(Server).where(Server.host == domain.strip().lower(), Server.blocked.is_not(None)))
    if row is None:
        raise NotFound("This server is not blocked.")
    row.blocked, row.blocked_because = None, ""


def blocked_ones(session: Session) -> list[Server]:
    return list(session.scalars(sa.select(Server).where(Server.blocked.is_not(None)).order_by(Server.host)))

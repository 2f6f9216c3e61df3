"""Signing in at the place itself: making us known there, the way there, and the account that comes back."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Invalid
from .channels import Undelivered
from .channels.kind import Elsewhere, Ground, Trip
from .connecting import Connection
from .kinds import KINDS
from .models import Registration
from .vault import Locked, Vault

BACK = "/-/connect/"
"""Where browsers come back to, with the kind behind it. Places keep this address: it does not change."""


@dataclass(frozen=True)
class Papers:
    """What a place knows us by, and under which number we keep it; 0 before it is kept."""

    number: int
    known_as: dict[str, str]


def back(ground: Ground, kind: str) -> str:
    return f"{ground.base_url}{BACK}{kind}"


def kept(session: Session, vault: Vault, ground: Ground, connection: Connection) -> Papers | None:
    """What the place of this connection knew us by last."""
    mine = sa.select(Registration).where(
        Registration.kind == connection.kind,
        Registration.address == connection.account.address,
        Registration.back == back(ground, connection.kind),
    )
    row = session.scalars(mine.order_by(Registration.id.desc()).limit(1)).first()
    try:
        return Papers(row.id, vault.open(row.secret)) if row else None
    except Locked:  # of an installation that had another key
        return None


def introduce(ground: Ground, connection: Connection, papers: Papers | None) -> Papers:
    """The same papers if they still count there, otherwise new ones. Speaks to the network. Raises Invalid."""
    account, way = connection.account, _way(connection.kind)
    try:
        if papers and way.known(account, papers.known_as, ground):
            return papers
        return Papers(0, way.register(account, back(ground, connection.kind), ground))
    except Undelivered as error:
        raise Invalid(error.words, "server") from error


def keep(
    session: Session, vault: Vault, ground: Ground, connection: Connection, papers: Papers, at: datetime
) -> Papers:
    """The papers with their number."""
    if papers.number:
        return papers
    row = Registration(
        kind=connection.kind,
        address=connection.account.address,
        back=back(ground, connection.kind),
        secret=vault.seal(papers.known_as),
        made=at,
    )
    session.add(row)
    session.flush()
    return Papers(row.id, papers.known_as)


def numbered(session: Session, vault: Vault, connection: Connection, number: int) -> Papers:
    """Raises Invalid if they are not those of this connection's place."""
    row = session.get(Registration, number)
    if row is None or (row.kind, row.address) != (connection.kind, connection.account.address):
        raise Invalid("This place no longer knows us. Please start again.")
    return Papers(row.id, vault.open(row.secret))


def page(connection: Connection, papers: Papers, trip: Trip) -> str:
    """Where the browser goes now."""
    return _way(connection.kind).page(connection.account, papers.known_as, trip)


def redeem(ground: Ground, connection: Connection, papers: Papers, trip: Trip, code: str) -> Connection:
    """The connection with the account whose owner said yes. Speaks to the network. Raises Invalid."""
    way = _way(connection.kind)
    try:
        account = way.redeem(connection.account, papers.known_as, trip, code, ground)
    except Undelivered as error:
        raise Invalid(error.words) from error
    return Connection(connection.kind, connection.name or account.name, account)


def _way(kind: str) -> Elsewhere:
    way = KINDS[kind].elsewhere
    assert way is not None
    return way

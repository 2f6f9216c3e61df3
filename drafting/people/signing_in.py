"""How somebody known comes back: one-time links, and tokens for programs."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Expired, NotFound, NotSignedIn
from .models import ApiToken, Person, SignInLink
from .tokens import Mint, random_token, salt

TOKEN_DAYS = 90


def make_sign_in_link(session: Session, mint: Mint, person_id: int, *, at: datetime, minutes: int) -> str:
    """A token that signs `person_id` in once within `minutes`."""
    token = random_token()
    session.add(
        SignInLink(person_id=person_id, token_digest=mint.digest(token), expires=at + timedelta(minutes=minutes))
    )
    return token


def look_at(session: Session, mint: Mint, token: str, at: datetime) -> SignInLink:
    """The open sign-in link with this token, without using it up: link previews fetch pages too. Raises NotFound,
    Expired.
    """
    link = session.scalar(sa.select(SignInLink).where(SignInLink.token_digest == mint.digest(token)))
    if link is None:
        raise NotFound("We do not know this sign-in link.")
    if link.used or link.expires <= at:
        raise Expired("This sign-in link has been used or is too old. Ask for a new one.")
    return link


def sign_in(session: Session, mint: Mint, token: str, at: datetime) -> Person:
    """Use the link up and say who it signs in. Raises NotFound, Expired; of two at once one is refused."""
    link = look_at(session, mint, token, at)
    used = sa.update(SignInLink).where(SignInLink.id == link.id, SignInLink.used.is_(None)).values(used=at)
    if session.execute(used).rowcount != 1:  # type: ignore[attr-defined]
        raise Expired("This sign-in link has been used a moment ago.")
    return session.get_one(Person, link.person_id)


def sign_out_everywhere(session: Session, person_id: int) -> None:
    """Make every cookie of theirs worthless."""
    session.get_one(Person, person_id).session_key = salt()


def issue_token(
    session: Session,
    mint: Mint,
    *,
    person_id: int,
    event_id: int,
    at: datetime,
    read_only: bool = False,
    days: int = TOKEN_DAYS,
) -> str:
    """A bearer token for one person in one event, for the JSON API and /yjs. Shown once."""
    token = random_token()
    session.add(
        ApiToken(
            person_id=person_id,
            event_id=event_id,
            token_digest=mint.digest(token),
            read_only=read_only,
            expires=at + timedelta(days=days),
        )
    )
    session.flush()
    return token


def holder(session: Session, mint: Mint, token: str, at: datetime) -> ApiToken:
    """Whose token this is. Raises NotSignedIn, in the same words for every reason."""
    row = session.scalar(sa.select(ApiToken).where(ApiToken.token_digest == mint.digest(token)))
    return check(row, at)


def check(found: ApiToken | None, at: datetime) -> ApiToken:
    """The token that was found, if it is good. Raises NotSignedIn, in the same words for every reason."""
    if found is None or found.revoked or found.expires <= at:
        raise NotSignedIn("This token is not known, or no longer good.")
    return found


def tokens_of(session: Session, person_id: int, event_id: int) -> list[ApiToken]:
    """The open and closed tokens of one person in one event, newest first."""
    mine = sa.select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.event_id == event_id)
    return list(session.scalars(mine.order_by(ApiToken.id.desc())))


def revoke_token(session: Session, token_id: int, person_id: int, at: datetime) -> None:
    """Close one of one's own tokens. Raises NotFound."""
    row = session.get(ApiToken, token_id)
    if row is None or row.person_id != person_id:
        raise NotFound("There is no such token of yours.")
    row.revoked = row.revoked or at

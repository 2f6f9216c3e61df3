"""Tables of people: persons, their roles in events, and the links, codes and tokens by which they come in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base

NAME_LIMIT = 60  # graphemes; the column is wider because one grapheme may be many code points


class Person(Base):
    """Somebody, with or without a name. `shows_name` is their choice, off by default."""

    __tablename__ = "person"
    __table_args__ = (sa.CheckConstraint("credit IN ('as_shown', 'team', 'alias')", name="credit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(sa.String(480))
    shows_name: Mapped[bool] = mapped_column(default=False)
    credit: Mapped[str] = mapped_column(sa.String(10), default="as_shown")
    """In the credits of versions: as_shown (the name if it is shown, else the team) · team · alias."""
    alias: Mapped[str] = mapped_column(sa.String(480), default="")
    """The name in the credits of whoever wants another one there."""
    operator: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[str] = mapped_column(sa.String(32))
    """Random; pseudonyms in the record are made from it, so clearing it unlinks them for ever."""
    session_key: Mapped[str] = mapped_column(sa.String(32))
    """In every cookie of theirs; changing it signs them out everywhere."""
    created: Mapped[datetime]

    @property
    def public_name(self) -> str | None:
        """The name others may see, or None."""
        return self.name if self.shows_name else None

    @property
    def credit_name(self) -> str | None:
        """The name in the credits of versions, or None for somebody who is part of the team there."""
        if self.credit == "alias":
            return self.alias or None
        return None if self.credit == "team" else self.public_name


class Membership(Base):
    """What somebody is in one event, and through which link they came."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("person_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("join_link.id"))
    joined: Mapped[datetime]
    person: Mapped[Person] = relationship()


class JoinLink(Base):
    """A link and a six-character code that let people into one event with one role.

    Both are derived from the installation's secret and `salt`, so that they can be shown again; the row holds only
    their digests. `person_id` is set when the link is for one named person; `draft_id` names the task that awaits who
    joins.
    """

    __tablename__ = "join_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("draft.id"))
    salt: Mapped[str] = mapped_column(sa.String(32))
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    uses: Mapped[int] = mapped_column(default=0)
    use_limit: Mapped[int | None]
    expires: Mapped[datetime]
    revoked: Mapped[datetime | None]
    created: Mapped[datetime]


class SignInLink(Base):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires: Mapped[datetime]
    used: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token for the JSON API and for /yjs: one person, one event, what their role allows."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    read_only: Mapped[bool] = mapped_column(default=False)
    expires: Mapped[datetime]
    revoked: Mapped[datetime | None]

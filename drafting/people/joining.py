"""How people come into an event: a link or a six-character code, and nothing but a name, or none."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Expired, Invalid, NotFound
from ..facts import PersonJoined, RoleHandedOver, record
from .models import JoinLink, Membership, Person
from .rights import ROLES, Role, as_role
from .tokens import Mint, salt

DEFAULT_DAYS = 14


def new_person(session: Session, *, name: str | None, shows_name: bool, at: datetime, operator: bool = False) -> Person:
    """Somebody new. `name` has been cleaned by the caller; empty means none."""
    person = Person(
        name=name or None,
        shows_name=bool(name) and shows_name,
        credit="as_shown",
        alias="",
        salt=salt(),
        session_key=salt(),
        created=at,
        operator=operator,
    )
    session.add(person)
    session.flush()
    return person


def make_link(
    session: Session,
    mint: Mint,
    *,
    event_id: int,
    role: str,
    at: datetime,
    expires: datetime | None = None,
    use_limit: int | None = None,
    draft_id: int | None = None,
    person_id: int | None = None,
) -> JoinLink:
    """A link into one event. Raises Invalid for a role that there is not, or that nobody needs a link for."""
    if as_role(role) is None or role == "reader":
        raise Invalid(f"The role must be one of {', '.join(r for r in ROLES if r != 'reader')}.", field="role")
    link = JoinLink(
        event_id=event_id, role=role, draft_id=draft_id, person_id=person_id, created=at, use_limit=use_limit,
        expires=expires or at + timedelta(days=DEFAULT_DAYS), **_fresh_digests(session, mint),
    )  # fmt: skip
    session.add(link)
    session.flush()
    return link


def _fresh_digests(session: Session, mint: Mint) -> dict[str, str]:
    """A salt whose code nobody has. With a million live codes one in 890 would collide."""
    while True:
        fresh = salt()
        digests = {
            "salt": fresh,
            "token_digest": mint.digest(mint.link_token(fresh)),
            "code_digest": mint.code_digest(mint.link_code(fresh)),
        }
        taken = sa.select(JoinLink.id).where(JoinLink.code_digest == digests["code_digest"])
        if session.scalar(taken) is None:
            return digests


def find_by_token(session: Session, mint: Mint, token: str, at: datetime) -> JoinLink:
    """The open link with this token. Raises NotFound or Expired."""
    return _open(session.scalar(sa.select(JoinLink).where(JoinLink.token_digest == mint.digest(token))), at)


def find_by_code(session: Session, mint: Mint, code: str, at: datetime) -> JoinLink:
    """The open link with this code, however it was typed. Raises NotFound or Expired."""
    return _open(session.scalar(sa.select(JoinLink).where(JoinLink.code_digest == mint.code_digest(code))), at)


def _open(link: JoinLink | None, at: datetime) -> JoinLink:
    if link is None:
        raise NotFound("We do not know this link or code. Please check it, or ask whoever gave it to you.")
    if link.revoked or link.expires <= at:
        raise Expired("This link or code is no longer in use. Please ask for a new one.")
    if link.use_limit is not None and link.uses >= link.use_limit:
        raise Expired("This link or code has been used as often as it may be. Please ask for a new one.")
    return link


def join(
    session: Session, link: JoinLink, *, name: str | None, shows_name: bool, person: Person | None, at: datetime
) -> Person:
    """Use `link`: as the person it was made for, as who is signed in, or as somebody new. Returns who joined.

    A role that somebody has is never lowered. Raises Expired if the last use was taken a moment ago.
    """
    counted = sa.update(JoinLink).where(
        JoinLink.id == link.id,
        JoinLink.revoked.is_(None),
        sa.or_(JoinLink.use_limit.is_(None), JoinLink.uses < JoinLink.use_limit),
    )
    if session.execute(counted.values(uses=JoinLink.uses + 1)).rowcount != 1:  # type: ignore[attr-defined]
        raise Expired("This link or code has been used as often as it may be. Please ask for a new one.")
    if link.person_id is not None:
        person = session.get_one(Person, link.person_id)
        if name:
            person.name = name
        person.shows_name = bool(person.name) and shows_name
    elif person is None:
        person = new_person(session, name=name, shows_name=shows_name, at=at)
    grant(session, person, event_id=link.event_id, role=link.role, link_id=link.id, at=at)
    return person


def grant(
    session: Session, person: Person, *, event_id: int, role: str, at: datetime, link_id: int | None = None
) -> Membership:
    """Give `person` at least `role` in the event."""
    held = session.scalar(
        sa.select(Membership).where(Membership.person_id == person.id, Membership.event_id == event_id)
    )
    if held is None:
        held = Membership(person_id=person.id, event_id=event_id, role=role, link_id=link_id, joined=at)
        session.add(held)
        record(session, PersonJoined(event_id, person.id, role), at)
    elif ROLES.index(_role(role)) < ROLES.index(_role(held.role)):
        held.role, held.link_id = role, link_id
    session.flush()
    return held


def revoke(session: Session, link_id: int, event_id: int, at: datetime) -> None:
    """Close a link of this event; who joined by it stays. Raises NotFound."""
    link = session.get(JoinLink, link_id)
    if link is None or link.event_id != event_id:
        raise NotFound("There is no such link in this event.")
    link.revoked = link.revoked or at


HANDED_ON: tuple[Role, ...] = ("drafter", "contributor")


def way_back(session: Session, person_id: int, at: datetime) -> JoinLink | None:
    """The open link by which somebody came in last, for the next person on the same computer.

    Only links for anybody, and only for roles that decide nothing: who leaves does not hand an editor's link on.
    """
    came_by = (
        sa.select(JoinLink)
        .join(Membership, Membership.link_id == JoinLink.id)
        .where(Membership.person_id == person_id, JoinLink.person_id.is_(None), JoinLink.role.in_(HANDED_ON))
        .order_by(Membership.joined.desc(), Membership.id.desc())
        .limit(1)
    )
    link = session.scalar(came_by)
    try:
        return _open(link, at)
    except (NotFound, Expired):
        return None


def role_in(session: Session, person_id: int | None, event_id: int) -> Role:
    """What somebody is in an event; everybody is at least a reader."""
    if person_id is None:
        return "reader"
    held = session.scalar(
        sa.select(Membership.role).where(Membership.person_id == person_id, Membership.event_id == event_id)
    )
    return _role(held or "reader")


def change_role(session: Session, *, event_id: int, person_id: int, role: str) -> None:
    """Make somebody something else in the event. Its last facilitator stays one. Raises Invalid, NotFound."""
    held = _member(session, event_id, person_id)
    if as_role(role) is None:
        raise Invalid("There is no such role.", field="role")
    others = sa.select(sa.func.count()).where(
        Membership.event_id == event_id, Membership.role == "facilitator", Membership.person_id != person_id
    )
    if held.role == "facilitator" and role != "facilitator" and not session.scalar(others):
        raise Invalid("Somebody has to run the event. Make another person a facilitator first.", field="role")
    held.role = role


def withdraw_name(session: Session, *, event_id: int, person_id: int) -> None:
    """Somebody asked for it who cannot do it themself: their name stands nowhere any more. They can show it again.

    Raises NotFound.
    """
    held = _member(session, event_id, person_id)
    held.person.shows_name, held.person.credit, held.person.alias = False, "team", ""


def _member(session: Session, event_id: int, person_id: int) -> Membership:
    held = session.scalar(
        sa.select(Membership).where(Membership.person_id == person_id, Membership.event_id == event_id)
    )
    if held is None:
        raise NotFound("This person is not in this event.")
    return held


def hand_over(
    session: Session, *, event_id: int, giver_id: int, taker_id: int, becomes: str, by: int, at: datetime
) -> Role:
    """Give one person's role to another, in one go; who gave it is something else from then on. Returns the role.

    Raises Invalid where nothing would be handed over, NotFound.
    """
    if giver_id == taker_id:
        raise Invalid("Please choose two people.", field="taker")
    role, held = role_in(session, giver_id, event_id), role_in(session, taker_id, event_id)
    rest = as_role(becomes)
    if rest is None or ROLES.index(rest) <= ROLES.index(role):
        raise Invalid("Please choose something that may do less than what is handed over.", field="becomes")
    if ROLES.index(held) <= ROLES.index(role):
        raise Invalid("This person may do as much already. Change the roles under “People”.", field="taker")
    change_role(session, event_id=event_id, person_id=taker_id, role=role)
    change_role(session, event_id=event_id, person_id=giver_id, role=rest)
    record(session, RoleHandedOver(event_id, giver_id, taker_id, role, by), at)
    return role


def members(session: Session, event_id: int) -> list[Membership]:
    """Everybody in the event, those who can do most first, then by when they joined."""
    rows = session.scalars(
        sa.select(Membership).where(Membership.event_id == event_id).order_by(Membership.joined, Membership.id)
    )
    return sorted(rows, key=lambda m: ROLES.index(_role(m.role)))


def links(session: Session, event_id: int) -> list[JoinLink]:
    """The event's links for anybody, newest first, closed ones included; those for one person are theirs alone."""
    mine = sa.select(JoinLink).where(JoinLink.event_id == event_id, JoinLink.person_id.is_(None))
    return list(session.scalars(mine.order_by(JoinLink.id.desc())))


def _role(word: str) -> Role:
    role = as_role(word)
    if role is None:
        raise Invalid(f"There is no role {word[:20]!r}.")
    return role

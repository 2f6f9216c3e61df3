"""One table says who may do what. Every view, socket and API call asks here."""

from typing import Literal, get_args

Role = Literal["facilitator", "editor", "drafter", "contributor", "reader"]
ROLES: tuple[Role, ...] = get_args(Role)

Act = Literal[
    "read",
    "read_live",
    "see_room",
    "write",
    "put_forward",
    "accept",
    "check_harm",
    "object",
    "answer",
    "stop_release",
    "start_draft",
    "manage_event",
    "invite",
    "publish",
    "strike",
    "freeze",
    "remark",
    "settle",
    "moderate",
]

_ALL: frozenset[Role] = frozenset(ROLES)
_MEMBERS: frozenset[Role] = _ALL - {"reader"}
_WRITERS: frozenset[Role] = frozenset({"facilitator", "editor", "drafter"})
_DECIDERS: frozenset[Role] = frozenset({"facilitator", "editor"})
_FACILITATOR: frozenset[Role] = frozenset({"facilitator"})

MAY: dict[Act, frozenset[Role]] = {
    "read": _ALL,
    "read_live": _MEMBERS,
    "see_room": _MEMBERS,
    "write": _WRITERS,
    "put_forward": _WRITERS,
    "accept": _DECIDERS,
    "check_harm": _WRITERS,
    "object": _MEMBERS,
    "answer": _DECIDERS,
    "stop_release": _MEMBERS,
    "start_draft": _DECIDERS,
    "manage_event": _FACILITATOR,
    "invite": _FACILITATOR,
    "publish": _FACILITATOR,
    "strike": _FACILITATOR,
    "freeze": _DECIDERS,
    "remark": _MEMBERS,
    "settle": _DECIDERS,
    "moderate": _FACILITATOR,
}

IN_WORDS: dict[Role, str] = {
    "facilitator": "runs the event",
    "editor": "writes and publishes",
    "drafter": "writes",
    "contributor": "suggests and comments",
    "reader": "reads",
}


WHERE_READERS_REMARK: frozenset[Act] = frozenset({"read_live", "remark"})
"""What readers may do, besides reading, in an event that lets them suggest and comment."""


def may(role: Role, act: Act, *, readers_remark: bool = False) -> bool:
    """Whether somebody with `role` in an event may do `act` there. Everybody is at least a reader."""
    return role in MAY[act] or (readers_remark and act in WHERE_READERS_REMARK)


def may_read(role: Role, *, hidden: bool) -> bool:
    """Whether an event, its texts, feeds, clone and exports may be read. A hidden one is for those who run it."""
    return may(role, "manage_event") if hidden else may(role, "read")


def as_role(word: str) -> Role | None:
    """The role that `word` names, if it names one."""
    return next((role for role in ROLES if role == word), None)

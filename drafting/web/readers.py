"""Readers who suggest and comment where the event lets them: nobody has to join for it, and what they say waits to be
looked at.
"""

from ..db import now
from ..people import joining
from ..people.models import Person
from .identity import actor, remember
from .services import writing


def somebody() -> Person:
    """Who asks; somebody new without a name, until the browser is closed, if nobody is signed in.

    Call it where the right to remark has been checked.
    """
    person = actor().person
    if person is None:
        with writing() as session:
            person = joining.new_person(session, name=None, shows_name=False, at=now())
        remember(person, shared_computer=True)
    return person


def waits(event_id: int) -> bool:
    """Whether what they say is looked at first."""
    return actor().role_in(event_id) == "reader"

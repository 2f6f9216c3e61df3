"""Inviting people, and signing in."""

from datetime import timedelta

import click
import sqlalchemy as sa

from ..db import now
from ..errors import NotFound
from ..events import opening
from ..installation import Installation
from ..people import joining, signing_in
from ..people.models import Person
from ..people.rights import ROLES
from ..wording.names import clean_line
from .common import Answer, answering, open_here


@click.command()
@click.argument("event")
@click.option("--role", type=click.Choice([r for r in ROLES if r != "reader"]), required=True)
@click.option("--name", required=True, help="Who it is for.")
@click.option("--days", default=joining.DEFAULT_DAYS, show_default=True, help="How long link and code are good.")
@answering
def invite(event: str, role: str, name: str, days: int) -> Answer:
    """Let one person into EVENT: a link, a code, and a token for programs. All are shown this once."""
    here, at = open_here(), now()
    with here.database.write() as session:
        found = opening.find(session, event)
        person = joining.new_person(session, name=clean_line(name, 60), shows_name=False, at=at)
        joining.grant(session, person, event_id=found.id, role=role, at=at)
        link = joining.make_link(
            session,
            here.mint,
            event_id=found.id,
            role=role,
            person_id=person.id,
            at=at,
            expires=at + timedelta(days=days),
            use_limit=10,
        )
        token = signing_in.issue_token(session, here.mint, person_id=person.id, event_id=found.id, at=at)
    code = here.mint.link_code(link.salt)
    url = f"{here.settings.base_url}/join/{here.mint.link_token(link.salt)}"
    facts = {"join": url, "code": code, "token": token}
    words = f"{name} joins with {url}\nor with the code {code} at {here.settings.base_url}/join\nToken: {token}"
    return facts, words


@click.command("sign-in-link")
@answering
def sign_in_link() -> Answer:
    """A new one-time link that signs the operator in."""
    here = open_here()
    url = operator_link(here)
    return {"url": url}, f"This link signs you in once: {url}"


def operator_link(here: Installation) -> str:
    """A one-time link for the operator. Raises NotFound before the first start."""
    at = now()
    with here.database.write() as session:
        operator = session.scalar(sa.select(Person).where(Person.operator).order_by(Person.id).limit(1))
        if operator is None:
            raise NotFound("There is no operator yet. Start once with: python3 -m drafting run")
        minutes = here.settings.limits.sign_in_link_minutes
        token = signing_in.make_sign_in_link(session, here.mint, operator.id, at=at, minutes=minutes)
    return f"{here.settings.base_url}/-/sign-in/{token}"


COMMANDS = (invite, sign_in_link)

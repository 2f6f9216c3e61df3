"""The sample event of a first start: an open-space day with one published version and a live text."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from ..db import now
from ..drafts import authorship, journal, plain
from ..drafts.batches import Row
from ..drafts.models import Draft
from ..drafts.starting import start_draft
from ..events import opening, promising
from ..events.models import Event
from ..installation import Installation
from ..people import joining
from ..people.models import Person
from ..review import deciding, proposing

AGREED = """\
# What we ask for along the river

Written at the open-space day *A river for everyone*, in the hall of the rowing club.

## The path

1. Light the path from the old mill to the bridge **until midnight**, with lamps that shine down, not into the water.
2. Repair the two broken benches at the ferry stairs.

## The water

- Publish the monthly water tests where people can find them, and say in plain words whether one may swim.
- Put up one sign at each stair that says whom to call when the water smells.

## Where we did not agree

Some of us want dogs on leads along the whole path; others only near the nests, from March to July.
"""

BENCHES = "2. Repair the two broken benches at the ferry stairs"
LIVE = AGREED.replace(
    f"{BENCHES}.\n",
    f"{BENCHES}, and add a third one in the shade for people who cannot walk far.\n"
    "3. Keep the slope by the bridge free of ice, so that prams and wheelchairs get through.\n",
)

REPORT = """\
# Who looks after the meadow?

**Session 7, by the big window. Nine people.**

## What we talked about

The meadow is mown too early for the bees and too late for the children who play there.

## What we want to happen

- Two mowings a year, agreed each March by whoever comes.

## Where we disagreed

## Open questions

Who owns the strip behind the boathouse?
"""


@dataclass(frozen=True)
class WaysIn:
    """How people get into the sample event; shown once, on the first start."""

    event: str
    token: str
    code: str


def make_if_empty(here: Installation) -> WaysIn | None:
    """Make the sample unless there is an event already."""
    with here.database.read() as session:
        if session.scalar(sa.select(Event.id).limit(1)) is not None:
            return None
    at = now()
    with here.database.write() as session:
        fay = joining.new_person(session, name="The organiser", shows_name=False, at=at, operator=True)
        event = _open(session, fay, at)
        ada = _writer(session, "Amina", event.id, "drafter", at)
        draft = _start(session, event, "What we ask for along the river", "common", at, fay)
        report = _start(session, event, "Who looks after the meadow?", "notes", at, fay)
        _write(session, draft, ada, AGREED, at)
        _write(session, report, ada, REPORT, at)
        _publish(session, here, draft, fay, at)
        _write(session, draft, fay, LIVE, at)
        link = joining.make_link(session, here.mint, event_id=event.id, role="drafter", draft_id=draft.id, at=at)
    return WaysIn(event.slug, here.mint.link_token(link.salt), here.mint.link_code(link.salt))


def _open(session: sa.orm.Session, fay: Person, at: datetime) -> Event:
    today = at.date()
    said = opening.Particulars(
        title="A river for everyone",
        theme="How do we want to live with the river that runs through our town?",
        starts=today,
        ends=today + timedelta(days=1),
        place="The rowing club, ground floor, step-free from Mill Lane",
        hashtag="RiverForEveryone",
    )
    event = opening.open_event(session, said, slug="river", by=fay.id, at=at)
    card = promising.Card(
        level="engage",
        decider_office="The town council",
        decider_person="The head of parks and water",
        open_points="Paths, lights, benches, signs and mowing along the river.",
        closed_points="The flood wall: it is being built under a contract from last year.",
        use="The council takes the text as the draft of its river plan and says for each point what it will do.",
        answer_by=date(today.year + 1, 3, 31),
        signed_by="The head of parks and water",
        signed_on=today,
    )
    promising.make_promise(session, event.id, card, by=fay.id, at=at)
    joining.grant(session, fay, event_id=event.id, role="facilitator", at=at)
    return event


def _writer(session: sa.orm.Session, name: str, event_id: int, role: str, at: datetime) -> Person:
    person = joining.new_person(session, name=name, shows_name=True, at=at)
    joining.grant(session, person, event_id=event_id, role=role, at=at)
    return person


def _start(session: sa.orm.Session, event: Event, title: str, kind: str, at: datetime, by: Person) -> Draft:
    return start_draft(session, event_id=event.id, title=title, kind=kind, by=by.id, at=at)


def _write(session: sa.orm.Session, draft: Draft, person: Person, text: str, at: datetime) -> None:
    """Let `person` bring the live text to `text`, as the plain form does."""
    past = journal.past(session, draft.id)
    client = secrets.randbits(32)
    update = plain.merge(past, past.last_seq, text, client)
    assert update is not None
    row = Row(past.last_seq + 1, person.id, (client,), update)
    journal.add(session, [journal.Entry(draft.id, draft.epoch, (row,), {client: person.id})], at)


def _publish(session: sa.orm.Session, here: Installation, draft: Draft, editor: Person, at: datetime) -> None:
    snapshot = proposing.Snapshot.of(authorship.weigh(journal.past(session, draft.id, marks=True)))
    words = "The first text that everybody in the hall could live with."
    proposal = proposing.put_forward(session, draft, snapshot, summary=words, by=editor.id, at=at)
    deciding.press(session, here.house, proposal.id, seen_base=0, by=editor.id, at=at)

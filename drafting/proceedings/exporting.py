"""Everything public of an event as one archive that another installation can take over.

Of people it holds pseudonyms, different in each draft, and the names that somebody chose to show; of what is not
released, of what was said in the room and of who belongs to it, nothing.
"""

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..drafts.models import Draft
from ..errors import Stale
from ..events import images, opening
from ..events.models import Event, Image, Promise
from ..people.models import Person
from ..record import bundling, counting, history, redacting
from ..record.models import Credit, Part, Redaction, Retired, Revision
from ..review.models import DeclaredRule
from . import archive

OF_EVENT = (
    "slug", "title", "theme", "starts", "ends", "place", "hashtag", "licence", "language", "readers_remark", "timezone",
    "visibility", "state", "created", "closed",
)  # fmt: skip
OF_PROMISE = (
    "number", "level", "open_points", "closed_points", "decider_office", "decider_person", "use", "answer_by",
    "signed_by", "signed_on", "made",
)  # fmt: skip
OF_RULE = ("number", "kind", "people", "minutes", "opens", "closes", "made")
OF_REVISION = (
    "place", "number", "event_slug", "event_title", "title", "kind", "text", "summary", "withdraws", "rule", "licence",
    "base_url", "promise", "coauthors", "accepted", "release_due", "released", "recovered", "commit_id", "replaces",
)  # fmt: skip
OF_REDACTION = ("number", "at", "because", "versions", "first_place", "statement", "signature")
WORDS = """This is {title} ({url}), everything about it that is public, made on {made}.

record.bundle     the public history; `git clone record.bundle` gives it to you
event.json        the event, its promises, its texts, the keys that signed
revisions.jsonl   every published version, one a line, with its signed commit
pictures/         the pictures in the texts

Another installation takes it over with `drafting event import`. docs/archive.md of the program describes the form.
"""


def export(
    database: Database, event_slug: str, out: BinaryIO, *, pictures: Path, bundle: bundling.Bundle | None, ours: str,
    base_url: str, at: datetime,
) -> int:  # fmt: skip
    """Write the archive; return how many versions are in it. `ours` are our lines of allowed signers.

    What is released but not in the record yet is left for the next one. Raises NotFound, or Stale as `may_leave`.
    """
    with database.read() as session, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        event = opening.find(session, event_slug)
        may_leave(session, event.id)
        named = _named(session, event.id)
        kept = list(session.scalars(sa.select(Image).where(Image.event_id == event.id).order_by(Image.id)))
        kept = [image for image in kept if images.file_of(pictures, image).is_file()]
        said = _said(session, event, ours) | {
            "format": archive.FORMAT,
            "made": at,
            "came_from": base_url,
            "people": [person.credit_name for person in named],
            "pictures": [
                {"name": f"{i.digest}.{i.kind}", **_fields(i, ("size_bytes", "width", "height", "at"))} for i in kept
            ],
        }
        url = f"{base_url}/e/{event.slug}"
        file.writestr(archive.README, WORDS.format(title=event.title, url=url, made=at.date()))
        file.writestr(archive.EVENT, _json(said))
        count = 0
        with file.open(archive.REVISIONS, "w", force_zip64=True) as lines:
            for line in _revisions(session, event.id, {person.id: n for n, person in enumerate(named)}):
                lines.write(_json(line).encode() + b"\n")
                count += 1
        for image in kept:
            there = images.file_of(pictures, image)
            file.write(there, f"pictures/{there.name}", zipfile.ZIP_STORED)
        if bundle is not None and _knows(session, event.id, bundle.tip):
            file.write(bundle.file, archive.BUNDLE, zipfile.ZIP_STORED)
            file.write(bundle.signature, archive.SIGNATURE, zipfile.ZIP_STORED)
    return count


def may_leave(session: Session, event_id: int) -> None:
    """Raises Stale while words are being taken out of the record, or a text is hidden: all are in it, and what is in an
    archive cannot be hidden or taken out any more.
    """
    if redacting.is_under_way(session, event_id):
        raise Stale("The public history is being written anew. Please try again in a minute.")
    hidden = sa.select(Draft.title).where(Draft.event_id == event_id, Draft.hidden.is_not(None)).order_by(Draft.id)
    title = session.scalar(hidden.limit(1))
    if title is not None:
        raise Stale(
            f"“{title}” is hidden while something in it is looked into. Show it again, or take the words out, and then"
            " the event can be taken away."
        )


def _said(session: Session, event: Event, ours: str) -> dict[str, Any]:
    of_event = {kind: sa.select(kind).where(kind.event_id == event.id) for kind in (Promise, DeclaredRule, Draft)}
    promises, rules, drafts = (list(session.scalars(rows.order_by(sa.text("id")))) for rows in of_event.values())
    return {
        "keys": [line for line in counting.counting(session, event.id, ours).splitlines() if line],
        "event": _fields(event, OF_EVENT),
        "promises": [_fields(promise, OF_PROMISE) for promise in promises],
        "rules": [_fields(rule, OF_RULE) for rule in rules],
        "drafts": [_fields(draft, ("slug", "title", "kind", "created")) for draft in drafts],
        "redactions": list(_redactions(session, event.id, _slugs(session, event.id))),
    }


def _slugs(session: Session, event_id: int) -> dict[int, str]:
    rows = session.execute(sa.select(Draft.id, Draft.slug).where(Draft.event_id == event_id))
    return {draft_id: slug for draft_id, slug in rows}


def _redactions(session: Session, event_id: int, slugs: dict[int, str]) -> Iterator[dict[str, Any]]:
    """The oldest first; not who did it."""
    for redaction in reversed(redacting.of_event(session, event_id)):
        yield {**_fields(redaction, OF_REDACTION), "draft": slugs[redaction.draft_id]}


def _retired(session: Session, revision_id: int) -> list[dict[str, Any]]:
    rows = sa.select(Retired.commit_id, Redaction.number).join(Redaction, Redaction.id == Retired.redaction_id)
    ordered = rows.where(Retired.revision_id == revision_id).order_by(Redaction.number, Retired.commit_id)
    return [{"commit_id": commit_id, "redaction": number} for commit_id, number in session.execute(ordered)]


def _named(session: Session, event_id: int) -> list[Person]:
    """Who shows a name in the credits of this event, in the order in which they came."""
    thanked = sa.union(
        sa.select(Credit.person_id).join(Revision, Revision.id == Credit.revision_id).where(_written(event_id)),
        sa.select(Part.person_id).join(Revision, Revision.id == Part.revision_id).where(_written(event_id)),
    )
    people = session.scalars(sa.select(Person).where(Person.id.in_(thanked)).order_by(Person.id))
    return [person for person in people if person.credit_name]


def _revisions(session: Session, event_id: int, numbers: dict[int, int]) -> Iterator[dict[str, Any]]:
    rows = sa.select(Revision).where(_written(event_id)).order_by(Revision.place)
    for row in session.scalars(rows.execution_options(yield_per=50)):
        assert row.commit_object is not None
        yield {
            **_fields(row, OF_REVISION),
            "draft": row.draft_slug,
            "commit": row.commit_object.decode(),
            "retired": _retired(session, row.id),
            "credits": [
                {"pseudonym": credit.pseudonym, "words": credit.words, "person": numbers.get(person.id)}
                for credit, person in history.credits(session, row.id)
            ],
            "parts": [
                {"part": part, "person": numbers.get(person.id)} for part, person in history.parts(session, row.id)
            ],
        }


def _knows(session: Session, event_id: int, commit_id: str) -> bool:
    """Whether the rows have come as far as this commit."""
    return session.scalar(sa.select(Revision.id).where(_written(event_id), Revision.commit_id == commit_id)) is not None


def _written(event_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Revision.event_id == event_id, Revision.commit_id.is_not(None))


def _fields(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _json(said: dict[str, Any]) -> str:
    def other(value: object) -> str:
        assert isinstance(value, (date, datetime, time))
        return value.isoformat()

    return json.dumps(said, ensure_ascii=False, default=other)

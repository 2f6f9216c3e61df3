"""After a restore: words that were taken out of the record since the backup was made stay out, in every row.

The record's lineage wins. What only the database knew of a redaction is made anew: its day and its reason stand in the
notices, the statement is signed again.
"""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..facts import RecordRedacted, record
from ..record.message import compose
from ..record.models import Redaction, Retired, Revision
from ..record.objects import taken_apart
from ..record.redacting import IN_A_TITLE, REASON_IS_LOST, next_number, notice
from ..record.verify import NOTICE, only_removed
from ..review import redacting

PARTS_OF_A_NOTICE = re.compile(r"\[removed on (?P<day>\d{1,2} [A-Z][a-z]+ \d{4}): (?P<because>[^\[\]]+)\]")
LOOK_AT_IT = "Words were taken out of this text after the backup was made. Look whether they are in this version."


def is_same_but_for_notices(kept: Revision, found: Revision) -> bool:
    """Whether the record says what the backup's row says, apart from words that gave way to notices."""
    same = (kept.draft_slug, kept.number) == (found.draft_slug, found.number)
    text = only_removed(kept.text, found.text, NOTICE)
    return same and text and only_removed(kept.title, found.title, re.escape(IN_A_TITLE))


def follow(session: Session, kept: Revision, found: Revision, at: datetime) -> None:
    """Let a row of the backup, and what was made of it, say what the record says of the same version now."""
    old, was = kept.commit_id, (kept.text, kept.summary, kept.title)
    kept.text, kept.replaces = found.text, found.replaces
    kept.commit_id, kept.commit_object = found.commit_id, found.commit_object
    if compose(kept) != taken_apart(found.commit_object or b"").message:
        kept.title, kept.summary = found.title, found.summary
    if (kept.text, kept.summary, kept.title) != was:
        redacting.follow(session, kept, was_titled=was[2])
        _hold_what_waits(session, kept.draft_id, at)
    account_for(session, kept, at, was=was[0] + was[1], old=old)


def account_for(session: Session, row: Revision, at: datetime, *, was: str = "", old: str | None = None) -> None:
    """Know the redactions whose notices a row has and `was` had not, and keep the ids of the commits it had before."""
    before = _notices(was)
    for day, because in sorted(_notices(row.text + row.summary) - before):
        _add_version(_found_or_made(session, row, day, because), row)
    session.flush()
    gone = [commit_id for commit_id in dict.fromkeys((old, row.replaces)) if commit_id and commit_id != row.commit_id]
    gone = [commit_id for commit_id in gone if session.get(Retired, commit_id) is None]
    if not gone:
        return
    made = _unsigned(session, row) or [_made(session, row, at, REASON_IS_LOST)]
    for commit_id in gone:  # the first redaction retired what the backup has, the last one what the record names
        by = made[-1] if commit_id == row.replaces else made[0]
        session.add(Retired(commit_id=commit_id, event_id=row.event_id, revision_id=row.id, redaction_id=by.id))
    session.flush()


def _notices(text: str) -> set[tuple[str, str]]:
    return set(PARTS_OF_A_NOTICE.findall(" ".join(text.split())))


def _found_or_made(session: Session, row: Revision, day: str, because: str) -> Redaction:
    said = f"[removed on {day}: {because}]"
    mine = session.scalars(sa.select(Redaction).where(Redaction.draft_id == row.draft_id))
    known = next((each for each in mine if notice(each.because, each.at) == said), None)
    return known or _made(session, row, datetime.strptime(day, "%d %B %Y").replace(tzinfo=UTC), because)


def _made(session: Session, row: Revision, at: datetime, because: str) -> Redaction:
    made = Redaction(
        event_id=row.event_id, draft_id=row.draft_id, number=next_number(session, row.event_id), at=at, person_id=None,
        because=because, versions=[row.number], first_place=row.place, statement=None, signature=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, RecordRedacted(row.event_id, made.id, row.draft_id, None), at)
    return made


def _add_version(redaction: Redaction, row: Revision) -> None:
    redaction.versions = sorted({*redaction.versions, row.number})
    redaction.first_place = min(redaction.first_place, row.place or redaction.first_place)


def _unsigned(session: Session, row: Revision) -> list[Redaction]:
    """Those that were found again and can have retired a commit at this place, the first one first."""
    found = sa.select(Redaction).where(Redaction.event_id == row.event_id, Redaction.statement.is_(None))
    return list(session.scalars(found.where(Redaction.first_place <= row.place).order_by(Redaction.number)))


def _hold_what_waits(session: Session, draft_id: int, at: datetime) -> None:
    """A version that was accepted and never published may have the words, and the record does not say which."""
    waiting = (Revision.draft_id == draft_id, Revision.released.is_(None), Revision.held.is_(None))
    session.execute(sa.update(Revision).where(*waiting).values(held=at, hold_reason=LOOK_AT_IT))

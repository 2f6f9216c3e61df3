"""The signed statement that joins a record's new lineage to the one from which words were taken out."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from .message import one_line
from .models import Redaction, Retired, Revision
from .objects import Signs
from .signing import FILES


def sign(database: Database, signer: Signs, event_id: int) -> None:
    """Make and keep the statement of every redaction whose new lineage is written. Safe to repeat."""
    with database.read() as session:
        waiting = sa.select(Redaction).where(Redaction.event_id == event_id, Redaction.statement.is_(None))
        made = {redaction.id: _compose(session, redaction) for redaction in session.scalars(waiting)}
    for redaction_id, text in made.items():
        if text is not None:
            unsigned = sa.update(Redaction).where(Redaction.id == redaction_id, Redaction.statement.is_(None))
            with database.write() as session:
                session.execute(unsigned.values(statement=text, signature=signer.sign(text.encode(), FILES)))


def _compose(session: Session, redaction: Redaction) -> str | None:
    """None while a commit is still to be written."""
    pairs = sa.select(Retired.commit_id, Revision.commit_id, Revision.draft_slug, Revision.number)
    pairs = pairs.join(Revision, Revision.id == Retired.revision_id)
    rows = session.execute(pairs.where(Retired.redaction_id == redaction.id).order_by(Revision.place)).all()
    if any(row[1] is None for row in rows):
        return None
    first = session.scalars(sa.select(Revision).where(Revision.draft_id == redaction.draft_id).limit(1)).one()
    lines = [
        f"Words were taken out of the public history of {first.base_url}/e/{first.event_slug}",
        f"Redaction: {redaction.number}",
        f"Date: {redaction.at:%Y-%m-%d}",
        f"Reason: {one_line(redaction.because)}",
        f"Text: {first.draft_slug}",
        f"Versions: {', '.join(map(str, redaction.versions))}",
        "Each line that follows names a commit that is no longer in it, the one in its place, and the version:",
        *(f"{old} {new} {slug}/{number}" for old, new, slug, number in rows),
    ]
    return "\n".join(lines) + "\n"

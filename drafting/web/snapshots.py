"""The live text as it is on disk, with who wrote what: read here, weighed in the pool."""

from ..drafts import authorship, journal
from ..review.proposing import Snapshot
from .services import reading, services


def take(draft_id: int) -> Snapshot:
    """A snapshot of what has been saved. What somebody typed and has not been told *saved* is not in it."""
    rows = [(row.person_id, row.update) for row in journal.rows_after(reading(), draft_id, 0)]
    return Snapshot.of(services().pool.run(authorship.weigh, rows))

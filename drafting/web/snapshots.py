"""The live text as it is on disk, with who wrote what: read here, weighed in the pool."""

from ..drafts import authorship, journal, strikes
from ..review.proposing import Snapshot
from .services import reading, services


def take(draft_id: int) -> Snapshot:
    """A snapshot of what has been saved. What somebody typed and has not been told *saved* is not in it."""
    struck = strikes.count(reading(), draft_id)  # before the text, so that a strike in between is noticed
    past = journal.past(reading(), draft_id, marks=True)
    return Snapshot.of(services().pool.run(authorship.weigh, past), struck)

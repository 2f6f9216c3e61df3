"""Public versions of 50 KB in the first draft of a measurement; prints the addresses of pages that show them.

`python bench/live/versions.py COUNT`, for the installation that the environment names.
"""

import json
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

import sqlalchemy as sa  # noqa: E402

from bench.commit import prose  # noqa: E402
from drafting.cli.common import open_here  # noqa: E402
from drafting.db import now  # noqa: E402
from drafting.drafts.models import Draft  # noqa: E402
from drafting.record.models import Revision  # noqa: E402


def main(count: int) -> None:
    services, at = open_here(), now()
    with services.database.write() as session:
        draft = session.scalars(sa.select(Draft).where(Draft.slug == "draft-0")).one()
        for n in range(1, count + 1):
            session.add(Revision(
                event_id=draft.event_id, draft_id=draft.id, number=n, place=n, event_slug="bench",
                draft_slug=draft.slug, event_title="Bench", title=draft.title, kind="common", text=prose(n),
                withdraws=None, summary="Three sentences are new.", rule="one editor", licence="CC-BY-SA-4.0",
                coauthors=[], promise={"number": 1, "level": "consult", "decider": "", "answer_by": None},
                base_url=services.settings.base_url, accepted=at, release_due=at, released=at, commit_id=None,
                commit_object=None,
            ))  # fmt: skip
    paths = [path for n in range(1, count) for path in (f"{n}", f"{n}..{n + 1}")]
    print(json.dumps([f"/e/bench/draft-0/{path}" for path in paths]))


if __name__ == "__main__":
    main(int(sys.argv[1]))

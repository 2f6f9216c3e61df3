"""People, drafts and tokens for a measurement, by the parts behind `event create`, `draft create` and `invite`.

`python bench/live/people.py PEOPLE DRAFTS`, for the installation that the environment names.
"""

import json
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from drafting.cli.common import open_here  # noqa: E402
from drafting.db import now  # noqa: E402
from drafting.drafts.starting import start_draft  # noqa: E402
from drafting.events import opening, promising  # noqa: E402
from drafting.people import joining, signing_in  # noqa: E402


def main(people: int, drafts: int) -> None:
    services, at = open_here(), now()
    with services.database.write() as session:
        event = opening.open_event(session, opening.Particulars(title="Bench"), slug="bench", by=None, at=at)
        promising.make_promise(session, event.id, promising.Card(), by=None, at=at)
        for n in range(drafts):
            start_draft(session, event_id=event.id, title=f"Draft {n}", slug=f"draft-{n}", kind="common", at=at)
        tokens = []
        for n in range(people):
            person = joining.new_person(session, name=f"Person {n}", shows_name=False, at=at)
            joining.grant(session, person, event_id=event.id, role="drafter", at=at)
            tokens.append(signing_in.issue_token(session, services.mint, person_id=person.id, event_id=event.id, at=at))
    print(json.dumps(tokens))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""An event of many versions, signed and with its lineage: `python bench/history/making.py COUNT`.

For the installation that the environment names, which must not be running. Four fifths are versions of one text, the
rest of two others. A smaller event holds the last versions of the largest, so that newest pages say the same.
"""

import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

import sqlalchemy as sa  # noqa: E402

from bench.history.texts import versions  # noqa: E402
from drafting.cli.common import open_here  # noqa: E402
from drafting.drafts.starting import start_draft  # noqa: E402
from drafting.events import opening, promising  # noqa: E402
from drafting.installation import Installation  # noqa: E402
from drafting.record.commits import build  # noqa: E402
from drafting.record.models import Comparison, Lineage, Passage, Revision  # noqa: E402
from drafting.record.projection import rebuild  # noqa: E402
from drafting.wording.passages import places  # noqa: E402
from drafting.wording.searching import words_of  # noqa: E402

MOST = 10_000
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
SENTENCE = re.compile(r"\n+(?:#+ |- )?|^# |(?<=\.) ")
"""What parts the sentences of these texts."""
SLUG, MAIN = "river", "lamps"
DRAFTS = {MAIN: 8, "water": 1, "benches": 1}
"""How many of ten versions each has."""


def turns(count: int) -> Iterator[tuple[str, str]]:
    """Draft and text of each version, in the order of the record."""
    texts = {slug: versions(seed, MOST * share // 10) for seed, (slug, share) in enumerate(DRAFTS.items())}
    for place in range(MOST):
        slug = MAIN if place % 5 else "water" if place % 10 else "benches"
        text = next(texts[slug])
        if place >= MOST - count:
            yield slug, text


def fill(services: Installation, count: int) -> None:
    """An installation with no event of this name gets it."""
    begun = time.monotonic()
    event_id, drafts = _begin(services)
    numbers, parent, files, rows = dict.fromkeys(drafts, 0), None, dict[str, str](), list[Revision]()
    for place, (slug, text) in enumerate(turns(count), 1):
        numbers[slug] += 1
        row = _version(services, event_id, drafts[slug], slug, numbers[slug], place, text)
        made = build(row, parent=parent, files=files, signer=services.signer)
        row.commit_id, row.commit_object, parent, files = made.commit.id, made.commit.body, made.commit.id, made.files
        rows.append(row)
    with services.database.write() as session:
        session.add_all(rows)
        session.flush()
        session.expunge_all()
    print(f"{count} rows with their commits: {time.monotonic() - begun:.0f} s", flush=True)
    rebuild(services.database, services.settings.repo_store, event_id)
    print(f"their record: {time.monotonic() - begun:.0f} s", flush=True)
    for slug in drafts:
        _lineage(services, [row for row in rows if row.draft_slug == slug])
    print(f"their lineage: {time.monotonic() - begun:.0f} s", flush=True)
    with services.database.write() as session:  # what the worker does daily is not measured here
        session.add(Comparison(event_id=event_id, compared=datetime.now(UTC), since=None, problems=[]))


def _lineage(services: Installation, rows: list[Revision]) -> None:
    """What `origins.carry` finds, without its work: every text is built alike, so only the sentences differ."""
    shape, passages, lineages = places(rows[0].text), list[dict[str, object]](), list[dict[str, object]]()
    standing: list[dict[str, object]] = []
    with services.database.read() as session:
        last = session.scalar(sa.select(sa.func.max(Passage.id))) or 0
    for row in rows:
        words = [line for line in SENTENCE.split(row.text) if line]
        for at, said in enumerate(words):
            if at < len(standing) and standing[at]["words"] == said:
                continue
            fresh = {"id": last + len(passages) + 1, "event_id": row.event_id, "draft_id": row.draft_id, "words": said,
                     "folded": words_of(said), "since": row.number, "until": None, "first": row.number,
                     "before_id": None}  # fmt: skip
            passages.append(fresh)
            if at < len(standing):
                standing[at]["until"] = row.number
            standing[at : at + 1] = [fresh]
        ids = iter([passage["id"] for passage in standing])
        laid = [[place.kind, place.level, place.number, [next(ids) for _ in place.passages]] for place in shape]
        lineages.append({"revision_id": row.id, "places": laid})
    assert [passage["words"] for passage in standing] == [w for place in places(rows[-1].text) for w in place.passages]
    with services.database.write() as session:
        session.execute(sa.insert(Passage), passages)
        session.execute(sa.insert(Lineage), lineages)


def _begin(services: Installation) -> tuple[int, dict[str, int]]:
    with services.database.write() as session:
        said = opening.Particulars(title="A river for everyone")
        event = opening.open_event(session, said, slug=SLUG, by=None, at=BEGIN)
        card = promising.Card(decider_office="Parks department")
        promising.make_promise(session, event.id, card, by=None, at=BEGIN)
        drafts = {
            slug: start_draft(
                session, event_id=event.id, title=slug.capitalize(), kind="common", slug=slug, at=BEGIN
            ).id
            for slug in DRAFTS
        }
        return event.id, drafts


def _version(
    services: Installation, event_id: int, draft_id: int, slug: str, number: int, place: int, text: str
) -> Revision:
    at = BEGIN + timedelta(minutes=20 * place)
    return Revision(
        event_id=event_id, draft_id=draft_id, number=number, place=place, event_slug=SLUG, draft_slug=slug,
        event_title="A river for everyone", title=slug.capitalize(), kind="common", text=text, withdraws=None,
        summary="Three sentences are new.", rule="one editor", licence="CC-BY-SA-4.0", coauthors=[],
        promise={"number": 1, "level": "consult", "decider": "Parks department", "answer_by": None},
        base_url=services.settings.base_url, accepted=at, release_due=at, released=at, commit_id=None,
        commit_object=None,
    )  # fmt: skip


if __name__ == "__main__":
    fill(open_here(), int(sys.argv[1]))

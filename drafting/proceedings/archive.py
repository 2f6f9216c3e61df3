"""The archive of an event: what is in it, and what each part looks like. docs/archive.md says the same for people."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from ..drafts.models import KINDS
from ..events.opening import LICENCES, VISIBILITIES
from ..events.promising import LEVELS
from ..events.slugs import LIMIT
from ..people.models import NAME_LIMIT
from ..record.models import PARTS
from ..record.redacting import REASON_IS_LOST, REASONS
from .shapes import day, fields, hour, line, many, maybe, moment, one_of, text, truth, whole

FORMAT = "drafting event 1"
EVENT, REVISIONS, BUNDLE, SIGNATURE, README = (
    "event.json", "revisions.jsonl", "record.bundle", "record.bundle.sig", "README.txt"
)  # fmt: skip
STATEMENT_CHARACTERS = 14 * 1024 * 1024
"""A line of about a hundred for each commit that was replaced."""
PICTURE = re.compile(r"pictures/([0-9a-f]{64})\.(png|jpeg|webp)")

EVENT_BYTES = 16 * 1024 * 1024
LINE_BYTES = 16 * 1024 * 1024
"""Of one revision: its text may have 5 MiB, and JSON writes some letters as six."""
MOST_REVISIONS, MOST_DRAFTS, MOST_PEOPLE, MOST_PICTURES = 200_000, 5_000, 20_000, 20_000

_slug = text(LIMIT, of="[a-z0-9]+(-[a-z0-9]+)*")
_words = text(100_000)
_key = text(500, of=r"\S+ [^\n]*ssh-ed25519 [A-Za-z0-9+/=]+")
_person = whole(0, MOST_PEOPLE)
_commit_id = text(40, of="[0-9a-f]{40}")
_number = whole(1, 9_999_999)

THE_EVENT = fields(
    format=one_of(FORMAT),
    made=moment,
    came_from=text(200, of="https?://[^\\s]+"),
    keys=many(_key, 100),
    event=fields(
        slug=_slug, title=line(120), theme=_words, starts=maybe(day), ends=maybe(day), place=line(200),
        hashtag=text(60, of=r"\w*"), licence=one_of(*LICENCES),
        language=text(20, of="[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"), readers_remark=truth,
        timezone=one_of(*sorted(available_timezones())), visibility=one_of(*VISIBILITIES),
        state=one_of("open", "closed", "archived"), created=moment, closed=maybe(moment),
    ),
    promises=many(
        fields(
            number=whole(1, 10_000), level=one_of(*LEVELS), open_points=_words, closed_points=_words,
            decider_office=line(200), decider_person=line(100), use=_words, answer_by=maybe(day), signed_by=line(100),
            signed_on=maybe(day), made=moment,
        ),
        10_000,
    ),
    rules=many(
        fields(
            number=whole(1, 10_000), kind=one_of("one", "several", "unless"), people=whole(0, 1000),
            minutes=whole(0, 10**6), opens=maybe(hour), closes=maybe(hour), made=moment,
        ),
        10_000,
    ),
    drafts=many(fields(slug=_slug, title=line(120), kind=one_of(*KINDS), created=moment), MOST_DRAFTS),
    redactions=many(
        fields(
            number=_number, at=moment, because=one_of(*REASONS.values(), REASON_IS_LOST), draft=_slug,
            versions=many(_number, MOST_REVISIONS), first_place=whole(1, MOST_REVISIONS),
            statement=text(STATEMENT_CHARACTERS), signature=text(2000),
        ),
        10_000,
    ),
    people=many(line(NAME_LIMIT), MOST_PEOPLE),
    pictures=many(
        fields(
            name=text(71, of=r"[0-9a-f]{64}\.(png|jpeg|webp)"), size_bytes=whole(1, 10**8), width=whole(1, 20_000),
            height=whole(1, 20_000), at=moment,
        ),
        MOST_PICTURES,
    ),
)  # fmt: skip
"""`people` are the names that somebody chose to show; `keys` lines of a list of allowed signers. Who took words out is
not in it.
"""

A_REVISION = fields(
    place=whole(1, MOST_REVISIONS), draft=_slug, number=whole(1, 9_999_999), event_slug=_slug, event_title=line(120),
    title=line(120), kind=one_of(*KINDS), text=text(5 * 1024 * 1024), summary=_words,
    withdraws=maybe(whole(1, 9_999_999)), rule=text(200), licence=one_of(*LICENCES), base_url=text(200),
    promise=fields(
        number=whole(0, 10_000), level=one_of(*LEVELS), decider=line(200), answer_by=maybe(text(10))
    ),
    coauthors=many(fields(name=text(500), email=text(300)), 1000), accepted=moment, release_due=moment,
    released=moment, recovered=maybe(moment), commit=text(64 * 1024), commit_id=_commit_id,
    replaces=maybe(_commit_id), retired=many(fields(commit_id=_commit_id, redaction=_number), 10_000),
    credits=many(fields(pseudonym=text(40, of="[a-z0-9]+"), words=whole(0, 10**8), person=maybe(_person)), 1000),
    parts=many(fields(part=one_of(*PARTS), person=maybe(_person)), 5000),
)  # fmt: skip
"""`person` is a number in `people`, counted from 0, or null for somebody who is part of the team. `retired` are commits
that it had before words were taken out, each with the number of the redaction that put an end to it.
"""


@dataclass(frozen=True)
class Archive:
    """One whose parts were read. Its versions stay in `file`, which may hold more than there is memory; `pictures` lie
    in a folder of their own until they are taken over. `tip` is the newest commit in its bundle, empty if it has none.
    """

    said: dict[str, Any]
    file: Path
    tip: str
    pictures: dict[str, Path]

"""People who are mentioned in a comment or an answer: `@` and the name that they show, as it is written there.

The words stay as they were typed. Beside them is kept who was meant, and where: so a name that is withdrawn later goes
from there, too. Of a name that several people show, all of them are meant.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import regex
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..people.models import Membership, Person
from ..people.rights import ROLES, may
from .models import Mention, Remark, Reply

MOST = 20  # people in one comment
WHO = [role for role in ROLES if may(role, "read_live")]
"""Only they see what is said beside a live text."""


def spots(words: str, names: Mapping[int, str]) -> Iterator[tuple[int, int, int]]:
    """Who is mentioned where: (person, first character, how many). The longest name that fits is meant."""
    people: dict[str, list[int]] = {}
    for person_id, name in names.items():
        people.setdefault(unicodedata.normalize("NFC", name).casefold(), []).append(person_id)
    forms = {unicodedata.normalize(form, name) for name in names.values() for form in ("NFC", "NFD")}
    if not forms or "@" not in words:
        return
    longest_first = "|".join(regex.escape(name) for name in sorted(forms, key=len, reverse=True))
    for found in regex.finditer(rf"(?<![\w@])@({longest_first})(?!\w)", words, regex.IGNORECASE):
        for person_id in people.get(unicodedata.normalize("NFC", found[1]).casefold(), []):
            yield person_id, found.start(), len(found[0])


def note(session: Session, remark: Remark, reply: Reply | None, *, by: int) -> None:
    """Keep who is mentioned in a new comment, or in a new answer to it."""
    words = (reply or remark).words
    if "@" not in words:
        return
    shown = (Membership.role.in_(WHO), Person.shows_name, Person.name.is_not(None))
    found = sa.select(Person.id, Person.name).join(Membership, Membership.person_id == Person.id)
    rows = session.execute(found.where(Membership.event_id == remark.event_id, *shown))
    names = {person_id: name for person_id, name in rows if name}
    meant: set[int] = set()
    for person_id, start, length in spots(words, names):
        if person_id in meant or len(meant) < MOST:
            meant.add(person_id)
            session.add(
                Mention(
                    remark_id=remark.id, reply_id=reply.id if reply else None, person_id=person_id, start=start,
                    length=length, writer_id=by,
                )
            )  # fmt: skip


def of(session: Session, remark_ids: Sequence[int]) -> dict[tuple[int, int | None], list[Mention]]:
    """By remark, and by answer or None, as they come in the words."""
    found: dict[tuple[int, int | None], list[Mention]] = {}
    rows = sa.select(Mention).where(Mention.remark_id.in_(remark_ids)).order_by(Mention.start, Mention.id)
    for mention in session.scalars(rows):
        found.setdefault((mention.remark_id, mention.reply_id), []).append(mention)
    return found


def pieces(words: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, int | None]]:
    """The words in pieces: text, or the @name of a person. Words that were struck meanwhile mention nobody."""
    at = 0
    for mention in mentions:
        if mention.start < at or words[mention.start : mention.start + 1] != "@":
            continue  # of a name that several show, one stands for all
        yield words[at : mention.start], None
        at = mention.start + mention.length
        yield words[mention.start : at], mention.person_id
    yield words[at:], None


def open_ones(session: Session, draft_id: int, person_id: int) -> list[Remark]:
    """Remarks on a draft that are open and mention somebody, who did not mention themselves."""
    shown = sa.select(Reply.id).where(Reply.hidden.is_(None))
    mine = sa.select(Mention.remark_id).where(
        Mention.person_id == person_id,
        Mention.writer_id != person_id,
        sa.or_(Mention.reply_id.is_(None), Mention.reply_id.in_(shown)),
    )
    found = sa.select(Remark).where(
        Remark.draft_id == draft_id, Remark.id.in_(mine), Remark.state == "open", Remark.hidden.is_(None)
    )
    return list(session.scalars(found.where(Remark.waiting.is_(None)).order_by(Remark.id)))

"""An event from another installation, taken over with its history: the same pages, the same commit ids.

Everything is checked before anything is stored; what is stored, is stored in one transaction.
"""

import os
import secrets
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..db import Database
from ..drafts import starting
from ..drafts.models import Draft
from ..errors import Invalid, Taken
from ..events.models import Event, Image, Promise
from ..events.stripping import looks_like
from ..people import joining
from ..people.models import Person
from ..publishing import connecting
from ..record import commits, counting, origins, projection, verify
from ..record.models import AdoptedKey, Credit, Part, Redaction, Retired, Revision
from ..record.objects import blob, taken_apart
from ..record.places import location
from ..review.models import DeclaredRule
from .archive import Archive
from .reading import FOREIGN, read, revisions


@dataclass(frozen=True)
class House:
    """Where this installation keeps what. `ours` are its lines of allowed signers, which need not be adopted."""

    database: Database
    repo_store: Path
    images: Path
    ours: str


@dataclass(frozen=True)
class TakenOver:
    event: str
    versions: int
    tip: str | None
    came_from: str


def take_over(house: House, file: Path, at: datetime) -> TakenOver:
    """Make the event of an archive ours. Raises Invalid, TooLarge, or Taken if there is an event at its address;
    nothing is left behind then.
    """
    house.images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".coming-", dir=house.images) as folder:
        found = read(file, Path(folder))
        versions = check(found)
        event_id = _store(house, found, Path(folder), at)
    tip = projection.rebuild(house.database, house.repo_store, event_id)
    with house.database.read() as session:
        drafts = list(session.scalars(sa.select(Draft.id).where(Draft.event_id == event_id).order_by(Draft.id)))
    for draft_id in drafts:
        origins.carry(house.database, draft_id)
    return TakenOver(found.said["event"]["slug"], versions, tip, found.said["came_from"])


def check(found: Archive) -> int:
    """Every version must be signed by a listed key and hold what it says; every picture must be one. Returns how many
    versions there are. Raises Invalid, TooLarge.
    """
    allowed, parent, files, numbers = "\n".join(found.said["keys"]), None, dict[str, str](), dict[str, int]()
    drafts = {draft["slug"] for draft in found.said["drafts"]}
    known, retired = {""}, Counter[tuple[int, str, str]]()
    for said in revisions(found):
        row, which = _row(said), f"version {said['number']} of “{said['draft']}”"
        if said["draft"] not in drafts or said["number"] <= numbers.get(said["draft"], 0):
            raise Invalid(f"{FOREIGN}: {which} is out of order, or of no text of the event.")
        if said["event_slug"] != found.said["event"]["slug"]:
            raise Invalid(f"{FOREIGN}: {which} is of another event.")
        _check_commit(row, which, allowed, parent, files)
        named = [each["person"] for each in said["credits"] + said["parts"] if each["person"] is not None]
        if any(person >= len(found.said["people"]) for person in named):
            raise Invalid(f"{FOREIGN}: {which} credits somebody whom it does not name.")
        parent, files = row.commit_id, {**files, f"{said['draft']}.md": blob(said["text"]).id}
        numbers[said["draft"]] = said["number"]
        name = f"{said['draft']}/{said['number']}"
        retired.update((each["redaction"], each["commit_id"], name) for each in said["retired"])
        if said["replaces"] not in (None, *(each["commit_id"] for each in said["retired"])):
            raise Invalid(f"{FOREIGN}: {which} replaces a commit that it does not know.")
        known.add(said["commit_id"])
    if found.tip not in known:
        raise Invalid(f"{FOREIGN}: its record.bundle holds another history than its versions.")
    _check_redactions(found, retired, allowed)
    _check_pictures(found)
    return len(known) - 1


def _check_redactions(found: Archive, retired: Counter[tuple[int, str, str]], allowed: str) -> None:
    """Each is of a text that there is, and its signed statement names the commits that were retired, and no other."""
    said, keys = found.said["redactions"], list(verify.read_keys(allowed))
    drafts = {draft["slug"] for draft in found.said["drafts"]}
    stated = Counter[tuple[int, str, str]]()
    for redaction in said:
        number, statement = redaction["number"], redaction["statement"]
        fault = next(verify.statement_faults(number, statement.encode(), redaction["signature"].encode(), keys), None)
        fault = fault if redaction["draft"] in drafts else "is of a text that is not in it."
        if fault is not None:
            raise Invalid(f"{FOREIGN}: its statement {number} about words that were taken out {fault}")
        stated.update((number, old, f"{slug}/{of}") for old, _, slug, of in verify.PAIR.findall(statement))
    if stated != retired or len({each["number"] for each in said}) != len(said):
        raise Invalid(f"{FOREIGN}: its statements about words that were taken out name other commits than it holds.")


def _check_pictures(found: Archive) -> None:
    for picture in found.said["pictures"]:
        if not looks_like(
            found.pictures[picture["name"]], picture["name"].rpartition(".")[2], picture["width"], picture["height"]
        ):
            raise Invalid(f"{FOREIGN}: the picture {picture['name']} is none, or not of the size that it says.")


def _check_commit(row: Revision, which: str, allowed: str, parent: str | None, files: dict[str, str]) -> None:
    assert row.commit_object is not None
    try:
        complaint = counting.complaint(taken_apart(row.commit_object), allowed)
    except (ValueError, IndexError):
        complaint = "its commit cannot be read"
    complaint = complaint or commits.contradiction(row, parent=parent, files=files)
    if complaint:
        raise Invalid(f"{FOREIGN}: {which} is not what was published: {complaint}.")


def _store(house: House, found: Archive, folder: Path, at: datetime) -> int:
    place = None
    try:
        with house.database.write() as session:
            event = _event(house, session, found, at)
            _Settling(session, event, found, at).all()
            place = house.images / str(event.id)
            _put_pictures(found, folder, place)
            return event.id
    except BaseException as error:
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)
        if isinstance(error, IntegrityError):
            raise Invalid(f"{FOREIGN}: what it says contradicts itself.") from error
        raise


def _event(house: House, session: Session, found: Archive, at: datetime) -> Event:
    slug = found.said["event"]["slug"]
    if session.scalar(sa.select(Event.id).where(Event.slug == slug)) or location(house.repo_store, slug).exists():
        raise Taken(f"There is an event at /e/{slug} already. Nothing was imported.")
    event = Event(**found.said["event"])
    session.add(event)
    session.flush()
    connecting.make_own(session, event.id, at)
    foreign = [line for line in found.said["keys"] if line not in house.ours.splitlines()]
    session.add_all(AdoptedKey(event_id=event.id, line=line, adopted=at) for line in foreign)
    return event


def _put_pictures(found: Archive, folder: Path, place: Path) -> None:
    """In one step. A folder that is there is nobody's: no event had this number when the transaction began."""
    if not found.pictures:
        return
    aside = folder / secrets.token_hex(4)
    aside.mkdir()
    for file in found.pictures.values():
        with file.open("rb") as written:
            os.fsync(written.fileno())
        file.rename(aside / file.name)
    shutil.rmtree(place, ignore_errors=True)
    aside.rename(place)


class _Settling:
    """The rows of one archive."""

    def __init__(self, session: Session, event: Event, found: Archive, at: datetime) -> None:
        self._session, self._event, self._found, self._at = session, event, found, at
        self._people = [self._somebody(name) for name in found.said["people"]]
        self._drafts: dict[str, Draft] = {}
        self._redactions: dict[int, Redaction] = {}
        self._unnamed: dict[tuple[str, str], Person] = {}

    def all(self) -> None:
        said, of_event = self._found.said, {"event_id": self._event.id}
        self._session.add_all(Promise(**of_event, **promise) for promise in said["promises"])
        if said["rules"]:
            by = self._somebody("")
            self._session.add_all(DeclaredRule(**of_event, **rule, person_id=by.id) for rule in said["rules"])
        for picture in said["pictures"]:
            digest, _, kind = picture["name"].partition(".")
            rest = {name: value for name, value in picture.items() if name != "name"}
            self._session.add(Image(**of_event, **rest, digest=digest, kind=kind, person_id=None))
        newest = {revision["draft"]: revision["text"] for revision in revisions(self._found)}
        for draft in said["drafts"]:
            made = starting.bring_in(self._session, self._event.id, **draft, text=newest.get(draft["slug"], ""))
            self._drafts[draft["slug"]] = made
        for redaction in said["redactions"]:
            rest = {name: value for name, value in redaction.items() if name != "draft"}
            known = Redaction(**of_event, **rest, draft_id=self._drafts[redaction["draft"]].id, person_id=None)
            self._redactions[redaction["number"]] = known
            self._session.add(known)
        self._session.flush()
        for revision in revisions(self._found):
            self._add(revision)
        self._session.flush()

    def _add(self, said: dict[str, Any]) -> None:
        row = _row(said)
        row.event_id, row.draft_id = self._event.id, self._drafts[said["draft"]].id
        self._session.add(row)
        self._session.flush()
        for credit in said["credits"]:
            pseudonym = credit["pseudonym"]
            person = self._named_or(credit["person"], said["draft"], pseudonym)
            self._session.add(
                Credit(revision_id=row.id, person_id=person.id, words=credit["words"], pseudonym=pseudonym)
            )
        for gone in said["retired"]:
            by, old = self._redactions[gone["redaction"]].id, gone["commit_id"]
            self._session.add(Retired(commit_id=old, event_id=self._event.id, revision_id=row.id, redaction_id=by))
        for number, part in enumerate(said["parts"]):
            person = self._named_or(part["person"], "", str(number))
            self._session.add(Part(revision_id=row.id, person_id=person.id, part=part["part"]))

    def _named_or(self, number: int | None, draft: str, which: str) -> Person:
        """Who has no name is somebody else in each text: the archive does not say who wrote in two of them."""
        if number is not None:
            return self._people[number]
        if (draft, which) not in self._unnamed:
            self._unnamed[draft, which] = self._somebody("")
        return self._unnamed[draft, which]

    def _somebody(self, name: str) -> Person:
        return joining.new_person(self._session, name=name, shows_name=bool(name), at=self._at)


def _row(said: dict[str, Any]) -> Revision:
    """A revision as the archive has it, without the numbers of this database."""
    own = ("draft", "commit", "credits", "parts", "retired")
    return Revision(
        **{name: value for name, value in said.items() if name not in own},
        draft_slug=said["draft"],
        commit_object=said["commit"].encode(),
        held=None,
        hold_reason=None,
    )

"""From a commit of the record back to the row it was made of, as far as it tells. Pure."""

import re
from datetime import UTC, datetime
from typing import Any

from .message import KINDS, trailers_of
from .models import Revision
from .objects import Commit, Object

SUBJECT = re.compile(r"(?P<title>.*): version \d+(?: takes back version (?P<withdraws>\d+))?")
PROMISE = re.compile(r"(?P<level>\w+); (?P<decider>.*?)(?:; answer by (?P<by>\d{4}-\d\d-\d\d))?")
COAUTHOR = re.compile(r"Co-authored-by: (?P<name>.*) <(?P<email>[^<>]*)>")
TEAM = re.compile(r"Drafting team of (.*)")
NOBODY = "nobody has promised to answer"


def row_of(made: Object, commit: Commit, text: str, *, event_title: str) -> Revision:
    """The revision that this commit is of, public since the commit's own time; without its place and numbers of the
    database.

    Raises ValueError if it is no commit of a record.
    """
    trailers = trailers_of(commit.message)
    subject, *told = commit.message.rstrip("\n").split("\n\n")
    title, promise = SUBJECT.fullmatch(subject.strip()), PROMISE.fullmatch(trailers.get("Promise", ""))
    kind = {name: kind for kind, name in KINDS.items()}.get(trailers.get("Kind", ""))
    address = re.fullmatch(r"(?P<base>.*)/e/(?P<event>[^/]+)/[^/]+/\d+", trailers.get("Permalink", ""))
    if title is None or promise is None or kind is None or address is None:
        raise ValueError("it is not a version of a text")
    coauthors = [found.groupdict() for found in COAUTHOR.finditer(commit.message)]
    at = datetime.fromtimestamp(commit.committed, UTC)
    return Revision(
        number=int(trailers["Revision"]), draft_slug=trailers["Draft"], event_slug=address["event"],
        event_title=_event(coauthors) or event_title, title=title["title"], kind=kind, text=text,
        summary="\n\n".join(told[:-2]), withdraws=int(title["withdraws"]) if title["withdraws"] else None,
        rule=trailers.get("Accepted-by", ""), promise=_promise(promise), licence=trailers.get("Licence", ""),
        base_url=address["base"], coauthors=coauthors, accepted=at, release_due=at, released=at, held=None,
        hold_reason=None, commit_id=made.id, commit_object=made.body, replaces=trailers.get("Replaces"),
    )  # fmt: skip


def draft_of(commit: Commit) -> str:
    """The address of the text that it is a version of; empty if it names none."""
    return trailers_of(commit.message).get("Draft", "")


def _promise(found: "re.Match[str]") -> dict[str, Any]:
    """As it is frozen with a revision; which of the event's promises it was is not in the commit."""
    decider = "" if found["decider"] == NOBODY else found["decider"]
    return {"number": 0, "level": found["level"], "decider": decider, "answer_by": found["by"]}


def _event(coauthors: list[dict[str, Any]]) -> str | None:
    """The event's title as it was then."""
    return next((found[1] for each in coauthors if (found := TEAM.fullmatch(each["name"]))), None)

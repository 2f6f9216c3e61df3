"""Versions to take away: one HTML file that needs nothing else, and a tagged PDF to print and to hand over."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from .. import paths
from ..config import PICTURES
from ..events import images
from ..events.models import Event, Image
from ..proceedings import alone, paper
from ..proceedings.sheet import Sheet
from ..record import history
from ..record.models import Revision
from ..wording.reshaping import PICTURE
from . import catalogue, headers, kept, words
from .guard import draft_or_404
from .services import reading, services
from .versions import FRESH_S, version_or_404

blueprint = Blueprint("takeaway", __name__)

INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
TEMPLATE = "takeaway/version.typ"
MOST_PICTURES = 200


@dataclass(frozen=True)
class Parcel:
    """`settled`: nothing on the sheet can change any more; it may be kept for ever. `public`: by proxies, too."""

    sheet: Sheet
    name: str
    etag: str
    settled: bool
    public: bool


@blueprint.get("/e/<event>/<draft>/<int(max=9999999):number>.html")
def page(event: str, draft: str, number: int) -> ResponseReturnValue:
    """One version as one file: it opens anywhere, without this site."""
    parcel = _packed(event, draft, number)
    answer = headers.keep_for_ever(Response(content_type="text/html; charset=utf-8"), parcel.etag, personal=False)
    if answer.status_code != 304:
        sheet = parcel.sheet
        html = services().pool.run(alone.lay_out, sheet.text, sheet.home, sheet.picture_files())
        answer.set_data(render_template("takeaway/version.html", sheet=sheet, text=Markup(html)))
    answer.headers["Content-Security-Policy"] = INERT
    return _sent(answer, parcel, "attachment", "html")


@blueprint.get("/e/<event>/<draft>/<int(max=9999999):number>.pdf")
def on_paper(event: str, draft: str, number: int) -> ResponseReturnValue:
    """One version as a tagged PDF."""
    parcel = _packed(event, draft, number)
    answer = headers.keep_for_ever(
        Response(content_type="application/pdf"), f"{parcel.etag}{paper.FORM}", personal=False
    )
    if answer.status_code != 304:
        answer.set_data(_typeset(parcel))
    return _sent(answer, parcel, "inline", "pdf")


def _typeset(parcel: Parcel) -> bytes:
    """What names somebody or shows a picture is made anew each time: either can be withdrawn, and must be gone then."""

    def make() -> bytes:
        return services().pool.run(paper.typeset, parcel.sheet, paths.folder("templates") / TEMPLATE)

    if not parcel.settled:
        return make()
    return kept.once(services().settings.kept / "papers", f"{parcel.etag}.{paper.FORM}.pdf", make)


def _sent(answer: Response, parcel: Parcel, how: str, ending: str) -> Response:
    answer.headers["Content-Disposition"] = f'{how}; filename="{parcel.name}.{ending}"'
    if not parcel.settled:
        answer.headers["Cache-Control"] = f"{'public' if parcel.public else 'private'}, max-age={FRESH_S}"
    return answer


def _packed(event: str, draft: str, number: int) -> Parcel:
    found_event, found = draft_or_404(event, draft)
    revision = version_or_404(found, number)
    credits = catalogue.credits_of(revision)
    newest = history.page_of(reading(), found.id, limit=1)[0]
    sheet = _sheet(found_event, revision, credits, catalogue.taken_back_by(found.id, number))
    public = not sheet.pictures and found_event.hidden is None
    last = newest.number == number or revision.commit_id is None
    return Parcel(
        sheet=sheet,
        name=f"{found_event.slug}-{found.slug}-version-{number}",
        etag=hashlib.sha256(repr(sorted(asdict(sheet).items())).encode()).hexdigest()[:32],
        settled=public and not credits.names_somebody and not last,
        public=public,
    )


def _sheet(event: Event, revision: Revision, credits: catalogue.Credits, by: Revision | None) -> Sheet:
    said, promised = words.standing_of(revision.kind, revision.promise), words.promised(revision.promise)
    assert revision.released is not None
    notices = [f"This version was taken back by version {by.number}: {by.summary}"] if by else []
    if revision.withdraws:
        notices.append(f"This version takes version {revision.withdraws} back: {revision.summary}")
    if revision.recovered:
        notices.append("This version was found again in the signed public history when the site was restored.")
    return Sheet(
        title=revision.title,
        number=revision.number,
        event=revision.event_title,
        kind=words.KINDS[revision.kind].name,
        version=f"Version {revision.number}, published {words.clock(revision.released)}",
        written_by=said.written_by,
        not_agreed=said.not_agreed,
        promise=f"{promised.words} {promised.answer}".strip(),
        notices=notices,
        facts=_facts(revision, credits),
        permalink=revision.url,
        language=event.language,
        home=services().settings.base_url,
        released=int(revision.released.timestamp()),
        text=revision.text,
        pictures=_pictures(event, revision.text),
    )


def _facts(revision: Revision, credits: catalogue.Credits) -> list[tuple[str, str]]:
    """What the box beside the page says, for whoever holds only the file."""
    assert revision.released is not None
    kind = words.KINDS[revision.kind]
    quoted = f"{revision.title}, version {revision.number}. Drafting team of {revision.event_title}"
    commit = f" (commit {revision.commit_id[:12]})" if revision.commit_id else ""
    facts = [
        ("Kind of text", f"{kind.name}. {kind.meaning}"),
        ("Who wrote it", credits.line),
        ("Whose suggestions are in it", credits.suggested),
        ("Who asked or challenged", credits.asked),
        ("Who ran the event", credits.facilitated),
        ("What changed", revision.summary),
        ("Decided by", revision.rule),
        ("Licence", revision.licence),
        ("Where it stands for good", revision.url),
        ("In the public history", f"commit {revision.commit_id}" if revision.commit_id else ""),
        ("To quote it", f"{quoted}, {words.day(revision.released)}. {revision.url}{commit}"),
    ]
    return [(name, said) for name, said in facts if said]


def _pictures(event: Event, text: str) -> dict[str, Path]:
    """The event's own pictures that a text may show, by their address in it."""
    asked = {found[1] for found in list(PICTURE.finditer(text))[:MOST_PICTURES]}
    if not asked:
        return {}
    folder, here = services().settings.images, f"/e/{event.slug}{PICTURES}"
    digests = [address.rpartition("/")[2].partition(".")[0] for address in asked]
    rows = reading().scalars(sa.select(Image).where(Image.event_id == event.id, Image.digest.in_(digests)))
    found = {f"{here}/{row.digest}.{row.kind}": images.file_of(folder, row) for row in rows}
    return {address: found[address] for address in sorted(asked & found.keys())}

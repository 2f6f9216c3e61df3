"""From what there is to tell a reader to the bytes of a letter."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from ...db import now
from ...events.models import Event
from ...wording import letter
from ...wording.letter import Frame, Item, Letter
from ...wording.tongue import tongue
from ..vault import Vault
from . import editions
from .models import Subscription
from .subscribing import UNCONFIRMED, Office, is_offered

Title = Callable[[Session, int, int | None], str | None]
"""What an event, or one of its texts, is called; None while it is hidden."""

LINES = SMTP.clone(max_line_length=998)
"""RFC 5322, 2.1.1. Folded, an address in a header would become an encoded word, which mail programs do not press."""
HEADERS = frozenset(
    b"from to subject date message-id auto-submitted list-id list-unsubscribe list-unsubscribe-post references"
    b" reply-to mime-version content-type content-language content-transfer-encoding".split()
)


class CannotWrite(Exception):
    """What would be sent is no letter of ours."""


@dataclass(frozen=True)
class Written:
    """`newest` is the last edition that it tells of, 0 for a card; `told` are the editions themselves."""

    to: str
    body: bytes
    newest: int
    told: tuple[int, ...]


@dataclass(frozen=True)
class Desk:
    """Where letters are written; `sender` is the address that they come from."""

    vault: Vault
    base_url: str
    sender: str
    title: Title

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"


def write(session: Session, desk: Desk, reader: Subscription) -> Written | None:
    """The letter that is due; None if all that it would tell is hidden. Raises CannotWrite, Locked."""
    about = desk.title(session, reader.event_id, reader.draft_id)
    if about is None:
        return None
    opened = desk.vault.open(reader.sealed)
    event = session.get_one(Event, reader.event_id)
    office = _office(session, desk.vault, reader.event_id)
    frame = Frame(about, office.sender, f"{desk.base_url}/e/{event.slug}/-/letters/{opened['token']}")
    if reader.card:
        known = reader.confirmed is not None
        said = letter.card(frame, known=known, days=UNCONFIRMED.days, speech=tongue(event.language))
        return _signed(desk, reader, opened["address"], said, frame, office, event.slug, (), 0)
    told = editions.untold(session, reader)
    drafts = {draft_id for _, draft_id in told}
    hidden = {draft_id for draft_id in drafts if desk.title(session, reader.event_id, draft_id) is None}
    shown = tuple(edition_id for edition_id, draft_id in told if draft_id not in hidden)
    if not shown:
        return None
    items = [Item.from_json(body) for body in editions.bodies(session, shown[: letter.SHOWN])]
    said = letter.compose(items, frame, more=len(shown) - len(items))
    return _signed(desk, reader, opened["address"], said, frame, office, event.slug, shown, told[-1][0])


def _signed(
    desk: Desk, reader: Subscription, to: str, said: Letter, frame: Frame, office: Office, slug: str,
    told: tuple[int, ...], newest: int,
) -> Written:  # fmt: skip
    """Both forms of it, with what tells other machines that this is no person's letter (RFC 3834)."""
    message = EmailMessage(policy=LINES)
    message["From"] = formataddr((_plain(frame.about), desk.sender))
    message["To"] = to
    message["Subject"] = _plain(said.subject)
    message["Date"] = format_datetime(now())
    which = hashlib.sha256(f"{reader.mark} {newest} {reader.asked.timestamp()}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{which}@{desk.host}>"
    message["Auto-Submitted"] = "auto-generated"
    list_id = f"{slug}.letters.{desk.host}"
    message["List-Id"] = f"<{list_id}>"
    message["List-Unsubscribe"] = f"<{frame.manage}/stop>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if reader.draft_id is not None and newest:
        message["References"] = f"<{reader.draft_id}.{list_id}>"
    if office.answers:
        message["Reply-To"] = office.answers
    message.set_content(said.text, cte="quoted-printable")
    message.add_alternative(said.html, subtype="html", cte="quoted-printable")
    if said.language:
        message["Content-Language"] = said.language
    return Written(to, _checked(message.as_bytes()), newest, told)


def _plain(words: str) -> str:
    """No encoded words (RFC 2047): Python would decode them, and what they hold could end the header."""
    return words.replace("=?", "= ?")


def _checked(body: bytes) -> bytes:
    """Whatever people typed, only our own headers stand in it."""
    head = body.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = {line.partition(b":")[0].lower() for line in head if not line.startswith((b" ", b"\t"))}
    if not names <= HEADERS or any(b"\r" in line or b"\n" in line for line in head):
        raise CannotWrite("A title or a name would break the letter.")
    return body


def _office(session: Session, vault: Vault, event_id: int) -> Office:
    channel = is_offered(session, event_id)
    return Office.of(vault.open(channel.secret) if channel is not None else {})

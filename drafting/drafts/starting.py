"""Starting a draft: its address, the identity of its journal, and the first row of it."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from pycrdt import Doc, Text
from sqlalchemy.orm import Session

from ..errors import Invalid
from ..events import slugs
from ..facts import DraftStarted, record
from . import forms
from .models import KINDS, ClientBinding, Draft, JournalRow
from .past import ROOT


def start_draft(
    session: Session,
    *,
    event_id: int,
    title: str,
    kind: str,
    slug: str | None = None,
    template: str = "empty",
    at: datetime,
    by: int | None = None,
) -> Draft:
    """A new draft with the words of `template`, which belong to nobody.

    `title` is clean already. Raises Invalid for an empty title, an unknown kind or template, or an impossible address;
    Taken if the address is in use.
    """
    if not title.strip():
        raise Invalid("Please give the text a title.", field="title")
    if kind not in KINDS:
        raise Invalid(f"A text is one of: {', '.join(KINDS)}.", field="kind")
    if template not in forms.TEMPLATES:
        raise Invalid(f"A text begins as one of: {', '.join(forms.TEMPLATES)}.", field="template")
    taken = set(session.scalars(sa.select(Draft.slug).where(Draft.event_id == event_id)))
    chosen = slugs.choose(title, slug, taken.__contains__)
    text = forms.fill(template, title)
    draft = bring_in(session, event_id, slug=chosen, title=title, kind=kind, created=at, text=text)
    record(session, DraftStarted(event_id, draft.id, by), at)
    return draft


def bring_in(
    session: Session, event_id: int, *, slug: str, title: str, kind: str, created: datetime, text: str
) -> Draft:
    """A draft whose live text begins with words that belong to nobody: those of a template, or what was published
    elsewhere. Everything has been checked.
    """
    draft = Draft(
        event_id=event_id,
        slug=slug,
        title=title,
        kind=kind,
        epoch=secrets.token_hex(16),
        frozen=None,
        frozen_because="",
        created=created,
    )
    session.add(draft)
    session.flush()
    _first_row(session, draft, text, created)
    return draft


def _first_row(session: Session, draft: Draft, text: str, at: datetime) -> None:
    """Words under a client id that is bound to nobody and so can be written with by nobody."""
    if not text:
        return
    client = secrets.randbits(32)
    doc: Doc[Text] = Doc(client_id=client)
    doc.get(ROOT, type=Text).insert(0, text)
    session.add(JournalRow(draft_id=draft.id, seq=1, person_id=None, clients=[client], at=at, update=doc.get_update()))
    session.add(ClientBinding(draft_id=draft.id, epoch=draft.epoch, client=client, person_id=None))
    session.flush()

"""How to follow an event or one of its texts, from wherever one reads."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..publishing.fediverse.addresses import Handle
from ..publishing.mail import subscribing
from . import catalogue, profiles
from .guard import event_or_404, hidden_texts
from .services import reading, services

blueprint = Blueprint("following", __name__)


@blueprint.get("/e/<event>/-/follow")
def show(event: str) -> ResponseReturnValue:
    found = event_or_404(event)
    hidden = hidden_texts(found.id)
    texts = [draft for draft in catalogue.drafts_of(found.id) if draft.id not in hidden]
    return render_template(
        "events/follow.html",
        event=found,
        letters=services().settings.mail is not None and subscribing.is_offered(reading(), found.id) is not None,
        own=profiles.address(Handle(found.slug)),
        texts=[(draft, profiles.address(Handle(found.slug, draft.slug))) for draft in texts],
    )

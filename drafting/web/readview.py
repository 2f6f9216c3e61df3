"""The read view beside the editor: the text as a browser has it, laid out as the published page would show it."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from ..errors import Invalid, TooLarge
from . import changes
from .guard import draft_or_404
from .services import services

blueprint = Blueprint("readview", __name__)


@blueprint.post("/e/<event>/-/preview/<draft>")
def lay_out(event: str, draft: str) -> ResponseReturnValue:
    """Markdown in UTF-8 becomes safe HTML; nothing is stored."""
    draft_or_404(event, draft, "read_live")
    sent = request.get_data(cache=False)
    if len(sent) > services().settings.limits.preview_bytes:
        raise TooLarge("This text is too long for the read view.")
    try:
        return str(changes.laid_out(sent.decode()))
    except UnicodeDecodeError as error:
        raise Invalid("This is not text in UTF-8.") from error

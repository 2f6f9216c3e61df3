"""On the way to a place where one signs in, and back: what the browser carries, signed."""

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass, replace

from flask import current_app
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from ..errors import Invalid, NotAllowed
from ..publishing import elsewhere
from ..publishing.channels.kind import Trip
from .identity import signed_in
from .services import services

LASTS_S = 15 * 60


@dataclass(frozen=True)
class Ticket:
    """What somebody was about to connect. `channel_id` is None for a new one; `papers` is a number of ours."""

    kind: str
    event_id: int
    channel_id: int | None
    name: str
    fields: dict[str, str]
    papers: int
    late: bool = False


def outward(ticket: Ticket) -> Trip:
    """A trip of whoever is signed in."""
    said = {**asdict(ticket), "person": signed_in().id, "once": secrets.token_urlsafe(8)}
    return _trip(ticket.kind, _signer().dumps(said))


def homeward(kind: str, state: str) -> tuple[Trip, Ticket]:
    """The trip that ends with this state, and what it was for. Raises Invalid if it never began here, and NotAllowed
    if it was somebody else's.
    """
    try:
        said, late = _signer().loads(state, max_age=LASTS_S), False
    except SignatureExpired as error:
        said, late = _signer().load_payload(error.payload or b""), True
    except BadSignature as error:
        raise Invalid("We did not send you there. Start again from the event's page.") from error
    if said.pop("person") != signed_in().id:
        raise NotAllowed("Somebody else began this. Start again from the event's page.")
    del said["once"]
    ticket = Ticket(**said)
    if ticket.kind != kind:
        raise Invalid("We did not send you there. Start again from the event's page.")
    return _trip(kind, state), replace(ticket, late=late)


def _trip(kind: str, state: str) -> Trip:
    """The verifier is worked out of the state again, so that nothing needs to be kept meanwhile."""
    verifier = hmac.new(_secret(), b"verifier " + state.encode(), hashlib.sha256).hexdigest()
    return Trip(elsewhere.back(services().ground, kind), state, verifier)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_secret(), salt="connecting elsewhere")


def _secret() -> bytes:
    key = current_app.secret_key
    return key if isinstance(key, bytes) else str(key).encode()

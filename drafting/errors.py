"""What can be the case when something is refused: one small tree, raised by the domain, translated once at each
border.

`message` is shown to people: plain words, no ids. `reason` is a stable word for programs.
"""


class Refused(Exception):
    """Something was asked for that is not done; nothing was changed."""

    reason = "refused"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class Invalid(Refused):
    """What was sent cannot be used as it is."""

    reason = "invalid"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(Refused):
    """There is no such thing, or not for this reader."""

    reason = "not_found"


class Removed(NotFound):
    """It was here and was destroyed, as had been announced."""


class Hidden(NotFound):
    """It is out of sight while something in it is looked into; the message is the reason that was given."""


class NotAllowed(Refused):
    """The person is known, and this is not theirs to do."""

    reason = "no_right"


class NotSignedIn(Refused):
    """Nobody is signed in, and this needs a person."""

    reason = "signed_out"


class Expired(Refused):
    """A link, code or token that is used up, revoked or too old."""

    reason = "expired"


class Taken(Refused):
    """A name or address that is already in use."""

    reason = "taken"


class Stale(Refused):
    """The thing moved on since the sender looked; `facts` says to where."""

    reason = "stale"


class TooLarge(Refused):
    """Over a stated size."""

    reason = "too_large"


class TooFast(Refused):
    """Over a stated rate; `retry_after_s` says when to come back."""

    reason = "too_fast"

    def __init__(self, message: str, retry_after_s: int = 60) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Withheld(Refused):
    """It is there and is kept back for a while, so that nobody is hurt."""

    reason = "withheld"


class Busy(Refused):
    """Too much at once; the same request may be made again soon."""

    reason = "busy"

"""Why a frame is not taken: the words for programs, the words for people, and whether sending it again can help."""

from ..errors import Refused

REASONS: dict[str, tuple[str, bool]] = {
    "gap": ("Something in between is missing; the page fetches it and tries again.", False),
    "too_fast": ("That was too much at once; it will be sent again in a moment.", False),
    "not_saved": ("The server could not save this. It stays on this device and is sent again.", False),
    "too_large": ("This is more text than can be sent in one piece.", True),
    "malformed": ("The server could not read what this page sent.", True),
    "document_full": ("The text has reached the largest size it can have.", True),
    "no_right": ("You may read this text, but not write in it.", True),
    "frozen": ("This text is frozen for now: everybody can read it, and nobody can write in it.", True),
    "other_epoch": ("This draft was started anew; what you have here is a copy of the old one.", True),
    "foreign_client": ("This browser's copy is somebody else's; what was typed in it cannot be joined in.", True),
    "not_joined": ("The page sent something before it had joined the draft.", True),
}
"""Reason → (what the page says, final?). The reasons are those of docs/protocol.md."""


class NotTaken(Refused):
    """A frame that was refused. `detail` is for developers: no text, no names."""

    def __init__(self, reason: str, detail: str = "") -> None:
        message, self.final = REASONS[reason]
        super().__init__(message)
        self.reason = reason
        self.detail = detail


class BadFrame(NotTaken):
    """Bytes that are not what the protocol allows."""

    def __init__(self, detail: str) -> None:
        super().__init__("malformed", detail)

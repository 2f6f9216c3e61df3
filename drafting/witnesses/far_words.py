"""What git complained of, in words for a volunteer who has never used it."""

REJECTED = "[rejected]"
"""How `git push --porcelain` marks a branch that it would have to force (git-scm.com/docs/git-push)."""

UNREACHABLE = "It could not be reached."
TOO_SLOW = "It took too long, so we stopped."
NO_ANSWER = "It did not answer as a git server does."

WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("No space left", "unpack failed", "unpacker error", "error: 507"),
        "It cannot take more in; perhaps it is full.",
    ),
    (("[remote rejected]",), "It refuses changes to the branch “main”. Perhaps the branch is protected there."),
    (
        ("could not read Username", "could not read Password", "Authentication failed", "error: 401", "error: 403"),
        "It does not accept the token, or the token may not write there.",
    ),
    (("not found", "error: 404", "error: 410"), "There is no repository at this address, or the token may not see it."),
    (("redirect", "error: 301", "error: 302", "error: 307", "error: 308"), "It has moved to another address."),
    (("SSL", "gnutls", "certificate"), "Its certificate cannot be trusted."),
    (("error: 413",), "It finds the record too large."),
    (("error: 5",), "It has a fault on its side."),
    (("Could not resolve", "Failed to connect", "Connection refused", "Couldn't connect", "unreachable"), UNREACHABLE),
    (("Operation too slow", "timed out", "Timeout"), TOO_SLOW),
)


def in_words(complaint: str, *, out_of_time: bool) -> str:
    """The first of WORDS whose sign is in git's complaint. The complaint itself is never shown: others wrote it."""
    if out_of_time:
        return TOO_SLOW
    return next((words for signs, words in WORDS if any(sign in complaint for sign in signs)), NO_ANSWER)

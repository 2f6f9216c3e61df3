"""The ways in which sending can fail."""


class Undelivered(Exception):
    """The post is not known to be out. `words` are for people: what is the case, without secrets."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Retry(Undelivered):
    """It is certainly not out, and a later attempt may succeed; `after_s` is what the other side asked for."""

    def __init__(self, words: str, after_s: float = 0) -> None:
        super().__init__(words)
        self.after_s = after_s


class Refit(Retry):
    """It is certainly not out, and no longer fits there; made anew it will."""


class Uncertain(Undelivered):
    """It may be out: look before sending again."""


class Rejected(Undelivered):
    """It is not out and the same attempt would fail again."""


class Revoked(Undelivered):
    """It is not out, and nothing will be until somebody connects the account again."""


class Unseen(Undelivered):
    """It may be out, and only a person can look: the place cannot be asked."""

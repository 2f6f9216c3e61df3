"""What was said on the way to a version, in sentences."""

from dataclasses import dataclass

from .counting import number
from .standing import capital


@dataclass(frozen=True)
class Said:
    """How many suggestions, questions, challenges and objections, by what became of them."""

    accepted: int = 0
    declined: int = 0
    questions: int = 0
    challenges: int = 0
    answered: int = 0
    """Objections that were not `withdrawn` by who raised them."""
    withdrawn: int = 0


def in_words(said: Said) -> list[str]:
    """Nothing where nothing was said."""
    sentences = (
        _told(said.accepted, "suggestion", "went into it"),
        _told(said.declined, "suggestion", "{} declined, with a reason"),
        _told(said.questions, "question", "{} dealt with"),
        _told(said.challenges, "challenge", "{} dealt with"),
        _told(said.answered, "objection", "{} raised and answered"),
        _told(said.withdrawn, "objection", "{} raised and taken back"),
    )
    return [sentence for sentence in sentences if sentence]


def _told(count: int, what: str, became: str) -> str:
    was = "was" if count == 1 else "were"
    return f"{capital(number(count))} {what}{'s' * (count != 1)} {became.format(was)}." if count else ""

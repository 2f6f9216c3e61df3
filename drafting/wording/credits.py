"""Who wrote it, in one line: those who chose to be named, and the team for everyone else."""

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """`Ada, Bob and Chen`."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""


def credits_line(named: Sequence[str], *, others: bool, team: str) -> str:
    """`Ada, Bob and the drafting team`. `others` says whether someone wrote who is not named.

    `team` is how the team is called within a sentence ("the drafting team"). With nobody at all it is the team.
    """
    people = [name for name in named if name]
    line = listed([*people, team] if others or not people else people)
    return line[:1].upper() + line[1:]

"""Who is credited for a text: a pure decision about how many."""

TEAM_NAME = "Drafting team"
CREDIT_WORDS = 20
CREDIT_SHARE = 0.05


def credited(words_by: dict[int, int]) -> list[int]:
    """Who is credited, most words first: at least 20 of the surviving words, or 5 % of them.

    `words_by` counts surviving words per person id; words that nobody wrote (a template) are not in it.
    """
    total = sum(words_by.values())
    enough = [p for p, words in words_by.items() if words >= CREDIT_WORDS or (words and words >= CREDIT_SHARE * total)]
    return sorted(enough, key=lambda p: (-words_by[p], p))

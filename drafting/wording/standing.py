"""What a text is, who has not agreed to it, and what was promised: the sentences on every page and every post."""

KINDS = {
    "notes": ("Notes", "A report of one conversation at the event."),
    "common": ("Common text", "Published by the event's drafting team under the event's rule."),
    "response": ("Response", "Written by the organisation, in answer to the event."),
    "reflection": ("Reflection", "One person's own words."),
}
NO_ANSWER = "Nobody has promised to answer."
PROMISES = {"consult": "We listen", "engage": "We write together"}


def kind_name(kind: str) -> str:
    """`Common text`. Raises KeyError for a kind that is none."""
    return KINDS[kind][0]


def kind_words(kind: str) -> str:
    """`Notes. A report of one conversation at the event.` Raises KeyError for a kind that is none."""
    return "{}. {}".format(*KINDS[kind])


def disclaimer(who: str | None, kind: str = "common") -> str:
    """Who wrote it and that nobody else has agreed to it; `who` decides, or None."""
    if kind == "response":
        return "Written by the organisation, not by the people at the event."
    writers = "Written by one person." if kind == "reflection" else "Written by people at the event."
    if who:
        return f"{writers} {capital(who)} has not agreed to it."
    return f"{writers} No organisation has agreed to it. {NO_ANSWER}"


def promise_words(level: str, who: str | None) -> str:
    """`We listen, the council decides.` Raises KeyError for a level that is none."""
    if level == "decide":
        return "We decide here."
    ours = PROMISES[level]
    return f"{ours}, {within(who)} decides." if who else f"{ours}. {NO_ANSWER}"


def within(name: str) -> str:
    """A name as it reads inside a sentence: “the town council”, but “Rivermead Council”."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def capital(words: str) -> str:
    """The first letter large, for the start of a sentence; the rest as it is."""
    return words[:1].upper() + words[1:]

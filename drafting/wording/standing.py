"""What a text is, who has not agreed to it, and what was promised: the sentences on every page and every post."""

from .tongue import ENGLISH, Tongue

KINDS = {
    "notes": ("Notes", "A report of one conversation at the event."),
    "common": ("Common text", "Published by the event's drafting team under the event's rule."),
    "response": ("Response", "Written by the organisation, in answer to the event."),
    "reflection": ("Reflection", "One person's own words."),
}
PROMISES = {
    "consult": ("We listen, {who} decides.", "We listen."),
    "engage": ("We write together, {who} decides.", "We write together."),
}
"""With somebody who decides, and without."""


def kind_name(kind: str, tongue: Tongue = ENGLISH) -> str:
    """`Common text`. Raises KeyError for a kind that is none."""
    return tongue.say(KINDS[kind][0])


def kind_words(kind: str) -> str:
    """`Notes. A report of one conversation at the event.` Raises KeyError for a kind that is none."""
    return "{}. {}".format(*KINDS[kind])


def disclaimer(who: str | None, kind: str = "common", tongue: Tongue = ENGLISH) -> str:
    """Who wrote it and that nobody else has agreed to it; `who` decides, or None."""
    if kind == "response":
        return tongue.say("Written by the organisation, not by the people at the event.")
    one = kind == "reflection"
    writers = tongue.say("Written by one person.") if one else tongue.say("Written by people at the event.")
    if who:
        return f"{writers} {capital(tongue.say('{who} has not agreed to it.', who=within(who)))}"
    return f"{writers} {tongue.say('No organisation has agreed to it.')} {no_answer(tongue)}"


def no_answer(tongue: Tongue = ENGLISH) -> str:
    return tongue.say("Nobody has promised to answer.")


def promise_words(level: str, who: str | None, tongue: Tongue = ENGLISH) -> str:
    """`We listen, the council decides.` Raises KeyError for a level that is none."""
    if level == "decide":
        return tongue.say("We decide here.")
    decided, alone = PROMISES[level]
    return tongue.say(decided, who=within(who)) if who else f"{tongue.say(alone)} {no_answer(tongue)}"


def within(name: str) -> str:
    """A name as it reads inside a sentence: “the town council”, but “Rivermead Council”."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def capital(words: str) -> str:
    """The first letter large, for the start of a sentence; the rest as it is."""
    return words[:1].upper() + words[1:]

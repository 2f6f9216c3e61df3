"""What a new draft begins with, so that nobody faces an empty page. Headings and prompts; plain Markdown."""

import re

SESSION_REPORT = """\
# {title}

*Write short sentences. Half a report is better than none. Delete the questions as you go.*

## How many were there

*A number is enough. Write a name only if that person said yes.*

## What we talked about

*Two or three sentences for somebody who was not in the room.*

## What we want to happen

*One line for each. Who should do it?*

-

## Where we disagreed

*Say both sides so that both would nod.*

## Open questions

-

## What is new here, and what exists already

## Whose ideas these were

*A first name, “a resident”, or nothing: as they wish.*

## Could anyone be recognised who did not agree to it?

*Please answer this one: no, or who, and what we should leave out.*
"""

COMMON_TEXT = """\
# {title}

*What is this text about, in one sentence?*

## What we see

*What is the case now? What did people say?*

## What we want

*One point for each paragraph. Say why.*

## Where we do not agree

## What should happen next

*Who, and by when?*
"""

TEMPLATES = {"session-report": SESSION_REPORT, "common-text": COMMON_TEXT, "empty": ""}


HARM_QUESTION = "Please answer this one: no, or who, and what we should leave out."
PROMPT = re.compile(r"^\*([^*\n]+)\*$", re.MULTILINE)
PROMPTS = frozenset(prompt for template in TEMPLATES.values() for prompt in PROMPT.findall(template))


def prompts_in(text: str) -> list[str]:
    """The questions and hints of a template that nobody has answered or deleted, in their order."""
    return [prompt for prompt in PROMPT.findall(text) if prompt in PROMPTS]


def fill(template: str, title: str) -> str:
    """The text that a draft with this title begins with. `template` is a key of TEMPLATES."""
    return TEMPLATES[template].replace("{title}", title)

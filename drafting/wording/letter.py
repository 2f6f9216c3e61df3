"""A letter about published versions: its subject, as plain words and as HTML that says the same. Pure.

Nothing in it is fetched from anywhere: a picture that is would tell who reads the letter, and when.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from . import digest
from .names import clean_line, clean_sentence
from .posts import COMMIT_DIGITS
from .tongue import Tongue, tongue

TITLE_LIMIT = 120
LINE_LIMIT = 2_000
SHOWN = 40
"""So many versions are told of in one letter; more are counted."""


@dataclass(frozen=True)
class Item:
    """What one letter says about one version, the quote without quotation marks. `commit` is its full id."""

    headline: str
    url: str
    commit: str
    language: str = "en"
    kind: str = ""
    standing: str = ""
    what: str = ""
    counts: str = ""
    quote: str = ""
    promise: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Item":
        return cls(**stored)


@dataclass(frozen=True)
class Frame:
    """What stands around: `about` is the event or the text that was asked for, `manage` where letters are changed or
    ended, `sender` who answers for them.
    """

    about: str
    sender: str
    manage: str


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str
    language: str


def compose(items: Sequence[Item], frame: Frame, *, more: int = 0) -> Letter:
    """About one version or several, oldest first, and so many more that are only counted."""
    about = clean_line(frame.about, TITLE_LIMIT)
    total, speech = len(items) + more, tongue(items[-1].language)
    subject = items[0].headline if total == 1 else digest.headline(about, total, speech)
    languages = {item.language for item in items}
    why = speech.say("You get this because you asked for letters about {about}.", about=about)
    change = speech.say("Change how often, or stop")
    sent_by = speech.say("Sent by {sender}.", sender=frame.sender)
    texts = ["\n\n".join(_lines(item)) for item in items]
    parts = [f'<div dir="auto">{"".join(_paragraphs(item))}</div>' for item in items]
    if more:
        left = speech.count("And {many} more.", "And {many} more.", more, many=speech.number(more))
        texts.append(left)
        parts.append(f"<p>{left}</p>")
    signature = f"{why}\n{change}: {frame.manage}\n{sent_by}"
    pressed = f'<a href="{escape(frame.manage)}">{escape(change)}</a>'
    footer = f"<p>{escape(why)}<br>{pressed}<br>{escape(sent_by)}</p>"
    return Letter(
        subject=clean_sentence(subject, 200),
        text=f"\n\n{RULE}\n\n".join(texts) + f"\n\n-- \n{signature}\n",
        html=_page("<hr>".join(parts) + f'<hr><div dir="auto" style="font-size:smaller">{footer}</div>', subject),
        language=languages.pop() if len(languages) == 1 else "",
    )


def card(frame: Frame, *, known: bool, days: int, speech: Tongue) -> Letter:
    """The letter with the address where letters are confirmed, changed or stopped. `known`: they were confirmed."""
    about = clean_line(frame.about, TITLE_LIMIT)
    if known:
        subject = speech.say("Your letters about {about}", about=about)
        asked = speech.say("You get letters about {about} already.", about=about)
        press = speech.say("Change how often, or stop")
        then = speech.say("If you did not ask for this, you need not do anything.")
    else:
        subject = speech.say("Please confirm: letters about {about}", about=about)
        asked = speech.say("Somebody, we hope you, asked for letters about {about} to this address.", about=about)
        press = speech.say("Confirm it")
        then = speech.count(DELETED_AFTER[0], DELETED_AFTER[1], days, many=speech.number(days))
    sent_by = speech.say("Sent by {sender}.", sender=frame.sender)
    text = f"{asked}\n\n{press}: {frame.manage}\n\n{then}\n\n-- \n{sent_by}\n"
    pressed = f'<a href="{escape(frame.manage)}">{escape(press)}</a>'
    html = (
        f'<div dir="auto"><p>{escape(asked)}</p><p>{pressed}</p><p>{escape(then)}</p></div>'
        f'<hr><p style="font-size:smaller">{escape(sent_by)}</p>'
    )
    return Letter(clean_sentence(subject, 200), text, _page(html, subject), speech.code)


RULE = "* * *"
DELETED_AFTER = (
    "If it was not you, do nothing: no letter comes, and your address is deleted after {many} day. "
    "On the same page you can also say that we must never write to you.",
    "If it was not you, do nothing: no letter comes, and your address is deleted after {many} days. "
    "On the same page you can also say that we must never write to you.",
)


def _lines(item: Item) -> Iterator[str]:
    yield _line(item.headline)
    if stated := " ".join(filter(None, (_line(item.kind), _line(item.standing)))):
        yield stated
    if found := " ".join(filter(None, (_line(item.what), _line(item.counts)))):
        yield found
    if item.quote:
        yield f"“{_line(item.quote)}”"
    if item.promise:
        yield _line(item.promise)
    speech = tongue(item.language)
    yield f"{speech.say('Read it')}: {item.url}\n{speech.say('Public history')}: {item.commit[:COMMIT_DIGITS]}"


def _paragraphs(item: Item) -> Iterator[str]:
    *words, end = _lines(item)
    yield f'<h2 style="font-size:larger"><a href="{escape(item.url)}">{escape(words[0])}</a></h2>'
    for paragraph in words[1:]:
        yield f"<p>{escape(paragraph)}</p>".replace("\n", "<br>")
    yield f"<p>{end.partition(chr(10))[2]}</p>"


def _page(body: str, title: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def _line(text: str) -> str:
    return clean_sentence(text, LINE_LIMIT)

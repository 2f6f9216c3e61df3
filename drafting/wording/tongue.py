"""What posts, pictures and letters say, in the event's language. Pages speak English.

A sentence is named by its English words (gettext). A language is one file, `templates/words/<language>.po`, which any
editor for translations opens; whatever it lacks is said in English.
"""

import gettext
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import regex
from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from .. import paths
from .counting import number
from .credits import listed

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
RIGHT = regex.compile(r"[\p{bc=R}\p{bc=AL}]")
LEFT = regex.compile(r"\p{bc=L}")
TAG = regex.compile(r"[a-z]{2,3}")
PLACE = regex.compile(r"\0(\d+)\0")
WELSH_AND = regex.compile(r"\ba\(c\) (?=\0(\d+)\0)")
"""As CLDR has it, who does not know what follows."""
WELSH_VOWELS = frozenset("aeiouwyâêîôûŵŷ")


class Tongue:
    """One language. Safe between threads."""

    def __init__(self, code: str, sentences: gettext.NullTranslations) -> None:
        self.code, self._sentences = code, sentences
        self._locale = _locale(code)
        self.right_to_left = self._locale.text_direction == "rtl"

    def say(self, sentence: str, /, **parts: object) -> str:
        """A sentence with its parts; those that read in the other direction do not turn the words around them."""
        return self._sentences.gettext(sentence).format(**self._told(parts))

    def count(self, one: str, several: str, many: int, /, **parts: object) -> str:
        """The same for a number of things: `{n}` is how many."""
        said = self._sentences.ngettext(one, several, many)
        return said.format(n=self.digits(many), **self._told(parts))

    def number(self, many: int) -> str:
        """In letters, where these are known."""
        return number(many) if self.code == "en" else self.digits(many)

    def digits(self, many: int) -> str:
        return format_decimal(many, locale=self._locale)

    def listed(self, names: Sequence[str]) -> str:
        """`“Speakers”, “Water” and “Paths”`."""
        if self.code == "en":
            return listed(names)
        places = [f"\0{at}\0" for at in range(len(names))]
        joined = WELSH_AND.sub(lambda found: _welsh_and(names[int(found[1])]), format_list(places, locale=self._locale))
        return PLACE.sub(lambda found: self._apart(names[int(found[1])]), joined)

    def _told(self, parts: dict[str, object]) -> dict[str, object]:
        return {name: self._apart(part) if isinstance(part, str) else part for name, part in parts.items()}

    def _apart(self, words: str) -> str:
        if not (LEFT if self.right_to_left else RIGHT).search(words) or FIRST_STRONG_ISOLATE in words:
            return words
        return f"{FIRST_STRONG_ISOLATE}{words}{POP_ISOLATE}"


@lru_cache(maxsize=64)
def tongue(language: str) -> Tongue:
    """For a language tag as an event has it, such as `cy` or `en-GB`; English where there is no file for it."""
    code = language.replace("_", "-").partition("-")[0].lower()
    file = paths.folder("templates") / "words" / f"{code}.po"
    if not TAG.fullmatch(code) or not file.is_file():
        return ENGLISH
    return Tongue(code, _sentences(file))


@lru_cache(maxsize=1)
def languages() -> dict[str, str]:
    """Every language that we speak, by its tag and with its own name for itself."""
    codes = ["en", *sorted(file.stem for file in (paths.folder("templates") / "words").glob("*.po"))]
    return {code: (_locale(code).get_display_name() or code).capitalize() for code in codes}


def _sentences(file: Path) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=file.stem))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _welsh_and(name: str) -> str:
    first = next((letter.lower() for letter in name if letter.isalnum()), "")
    return "ac " if first in WELSH_VOWELS else "a "


def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


ENGLISH = Tongue("en", gettext.NullTranslations())

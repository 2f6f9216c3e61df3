"""Where a text in a script without spaces may be cut: between phrases, as somebody would read them out (BudouX)."""

from functools import cache, lru_cache

import budoux
import regex

UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
THAI = regex.compile(r"\p{Thai}")


@lru_cache(maxsize=256)
def boundaries(text: str) -> frozenset[int]:
    """Offsets at which a phrase ends; none in a text whose words have spaces between them."""
    if not UNSPACED.search(text):
        return frozenset()
    ends, at = set(), 0
    for phrase in _parser(_script(text)).parse(text):
        at += len(phrase)
        ends.add(at)
    return frozenset(ends)


def _script(text: str) -> str:
    return "th" if THAI.search(text) else "ja" if KANA.search(text) else "zh"


@cache
def _parser(script: str) -> budoux.Parser:
    if script == "th":
        return budoux.load_default_thai_parser()
    return budoux.load_default_japanese_parser() if script == "ja" else budoux.load_default_simplified_chinese_parser()

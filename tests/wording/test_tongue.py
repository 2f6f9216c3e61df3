"""Catalogues: nothing in them is missing, superfluous, or asks for parts that the sentence does not have."""

import ast
import string
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from drafting.paths import ROOT
from drafting.wording import letter, standing, summary
from drafting.wording.tongue import tongue

CATALOGUES = sorted((ROOT / "templates" / "words").glob("*.po"))
NAMED_ELSEWHERE = {
    *(name for name, _ in standing.KINDS.values()),
    *(sentence for pair in standing.PROMISES.values() for sentence in pair),
    *summary.PICTURED.values(),
}
COUNTED_ELSEWHERE = {
    summary.WORDS_ADDED, summary.WORDS_REMOVED, summary.WORDS_BOTH, summary.CHARACTERS_ADDED,
    summary.CHARACTERS_REMOVED, summary.CHARACTERS_BOTH, letter.DELETED_AFTER,
}  # fmt: skip


def spoken() -> Iterator[tuple[str, ...]]:
    """Every sentence that the program says: one form, or one and several."""
    for file in [*ROOT.glob("drafting/wording/*.py"), *ROOT.glob("drafting/publishing/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="say" | "count"), args=[ast.Constant(value=str(first)), *_]):
                    yield (first,)
    yield from ((sentence,) for sentence in NAMED_ELSEWHERE)
    yield from COUNTED_ELSEWHERE
    yield ("{title}: version {number} takes back version {withdrawn}",)


def catalogue(file: object) -> Catalog:
    with open(str(file), "rb") as source:
        return read_po(source)


def parts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_has_every_sentence_and_no_other(file: object) -> None:
    said = {forms[0] for forms in spoken()}
    there = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue(file) if message.id}
    assert there - said == set(), "nobody says this"
    assert said - there == set(), "this is not translated"


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_every_form_has_the_parts_of_its_sentence(file: object) -> None:
    found = catalogue(file)
    for message in found:
        if not message.id:
            continue
        wanted = parts(message.id if isinstance(message.id, str) else message.id[1])
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(forms) and (isinstance(message.id, str) or len(forms) == found.num_plurals), message.id
        for form in forms:
            missing = wanted - parts(form)
            assert not parts(form) - wanted and missing <= {"n"}, form


def test_welsh_counts_and_joins_as_welsh_does() -> None:
    welsh = tongue("cy")
    counted = [welsh.count(*summary.WORDS_ADDED, many) for many in (1, 2, 3, 6, 12, 1200)]
    assert counted == [f"Ychwanegwyd {n}." for n in ("1 gair", "2 air", "3 gair", "6 gair", "12 gair", "1,200 gair")]
    assert welsh.listed(["“Dŵr”", "“Plant”"]) == "“Dŵr” a “Plant”"
    assert welsh.listed(["“Dŵr”", "“Plant”", "“Amser”"]) == "“Dŵr”, “Plant”, ac “Amser”"


def test_titles_stay_as_they_are_whatever_they_look_like() -> None:
    titles = ["“Rheol a(c) unrhyw”", "“{n} a {who}”", "“\0001\0”"]
    assert all(title in tongue("cy").listed(titles) for title in titles[:2])
    assert tongue("en").say("Removed: {titles}.", titles="{who.__class__}") == "Removed: {who.__class__}."

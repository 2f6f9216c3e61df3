"""A version on paper, read with other people's programs: tags, title, language, words, and no code from anybody."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.errors import Busy
from drafting.pool import Processes
from drafting.proceedings import paper
from drafting.wording import tree
from tests.events import albums
from tests.proceedings.papers import TEMPLATE, Paper, sheet, typeset

TEXT = """# What we ask for

We **agreed** on [the bench](https://example.org/bench), [more](/e/river/more) and [money](#money).[^1]

## Money

1. Lights on the north path
2. Benches
   - with backs

| What | Cost |
|:--|--:|
| Lights | 12 000 |

> Not the wall.

- [x] asked

[^1]: From the *budget*.
"""
PICTURE = "/e/river/-/images/" + "a" * 64 + ".jpeg"


def test_headings_lists_tables_links_and_notes_are_tagged_and_the_title_is_known(tmp_path: Path) -> None:
    made = typeset(TEXT, tmp_path)
    assert made.facts["Tagged"] == "yes"
    assert made.facts["Title"] == "What we ask for, version 3"
    for tag in ("H1 ", "H2 ", "L ", "LI ", "Table ", "TH ", "TD", "Link ", "Note ", "Figure", "BlockQuote"):
        assert f" {tag}" in made.structure, tag
    assert "H3 " not in made.structure, "no level is skipped"
    assert "https://example.org/bench" in made.addresses
    assert "https://drafts.example.org/e/river/more" in made.addresses
    assert b"pdfuaid" in made.data, "made to the letter of PDF/UA"


def test_who_has_not_agreed_stands_on_the_paper(tmp_path: Path) -> None:
    words = typeset(TEXT, tmp_path).words
    for said in (
        "Common text",
        "Version 3, published 28 November 2026",
        "Written by people at the event. The town council has not agreed to it.",
        "We write together, the town council decides.",
        "CC-BY-SA-4.0",
        "https://drafts.example.org/e/river/ask/3",
        "From the budget.",
    ):
        assert said in words, said
    assert words.count("What we ask for") == 1, "the title stands once"


def test_the_language_of_the_text_is_told(tmp_path: Path) -> None:
    assert b"/Lang(pt-BR)" in typeset("Nós.", tmp_path, language="pt-BR").data
    assert b"/Lang(en)" in typeset("We.", tmp_path, language='x"] #panic()').data


def test_the_same_version_is_the_same_bytes(tmp_path: Path) -> None:
    assert typeset(TEXT, tmp_path).data == typeset(TEXT, tmp_path).data


def test_what_looks_like_code_stays_words(tmp_path: Path) -> None:
    typed = '#panic("no") $x^2$ \\#eval #read("version.typ") @ref <label> _a_ // no'
    made = typeset(f"`{typed}`\n\n{typed.replace('_a_', '')}", tmp_path, title="#panic[title]", facts=[("#a", "#b[]")])
    assert '#panic("no") $x^2$' in made.words
    assert "#panic[title]" in made.words and "#b[]" in made.words


def test_scripts_that_are_written_to_the_left_are_whole(tmp_path: Path) -> None:
    made = typeset("שלום לכולם\n\nمرحبا بكم\n\nПривет\n\n- שלום", tmp_path)
    assert "שלום" in made.words and "مرحبا" in made.words and "Привет" in made.words
    assert "in no font" not in made.words


def test_letters_without_a_font_are_said_to_be_missing(tmp_path: Path) -> None:
    made = typeset("𐎠𐎡 and the rest of it.", tmp_path)
    assert "are in no font" in made.words
    assert "and the rest of it." in made.words
    assert made.facts["Tagged"] == "yes"


def test_a_picture_is_in_it_with_its_description_and_one_that_is_gone_is_described(tmp_path: Path) -> None:
    file = tmp_path / f"{'a' * 64}.jpeg"
    file.write_bytes(albums.photograph())
    text = f"![The bridge]({PICTURE}#80x60) and ![the wall]({PICTURE.replace('aaa', 'bbb')})"
    made = typeset(text, tmp_path, pictures={PICTURE: file})
    assert b"/Subtype/Image" in made.data.replace(b" ", b"")
    assert "[Picture: the wall]" in made.words
    assert "[Picture: The bridge]" not in made.words
    file.unlink()
    assert "[Picture: The bridge]" in typeset(text, tmp_path, pictures={PICTURE: file}).words


def test_what_is_nested_without_end_keeps_every_word(tmp_path: Path) -> None:
    deep = "\n".join("  " * level + f"- word{level}" for level in range(27))
    assert all(f"word{level}" in typeset(deep, tmp_path).words for level in (0, 13, 26))
    assert "shown as it was typed" in typeset("> " * 80 + "quoted", tmp_path).words


def test_a_note_that_mentions_itself_comes_to_an_end(tmp_path: Path) -> None:
    assert "The note" in typeset("Words[^a] and[^a]\n\n[^a]: The note[^a].", tmp_path).words


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.sampled_from(list('ab#*_[]()!|-:>`\\"$@<~^1. \n\t{}é')), max_size=120))
def test_whatever_is_typed_becomes_a_laid_out_sheet(typed: str) -> None:
    assert tree.grown(typed) is not None
    assert paper.typeset(sheet(typed), TEMPLATE).startswith(b"%PDF")


def test_nothing_but_nonsense_falls_back_to_what_was_typed(tmp_path: Path) -> None:
    """The gallery of the difference, every text of it, is laid out and not shown as typed."""
    gallery = Path(__file__).parents[1] / "wording" / "gallery"
    for file in sorted(gallery.glob("*/new.md")):
        made = Paper(paper.typeset(sheet(file.read_text()), TEMPLATE), tmp_path)
        assert "as it was typed" not in made.words, file


def starved() -> bytes:
    paper.MEMORY_BYTES = 60 * 1024**2
    return paper.typeset(sheet("A sentence of some words.\n\n" * 20_000), TEMPLATE)


def test_what_would_take_the_machines_memory_is_ended_and_the_next_one_is_set() -> None:
    pool = Processes(1, waiting=1)
    with pytest.raises(Busy, match="make it simpler"):
        pool.run(starved)
    assert pool.run(paper.typeset, sheet("Words."), TEMPLATE).startswith(b"%PDF")
    pool.close()

"""What changed between two versions, told as sentences and shown piece by piece."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.wording.blocks import blocks
from drafting.wording.comparison_page import render_comparison
from drafting.wording.entries import entry
from drafting.wording.prose import compare
from drafting.wording.sentences import in_words
from drafting.wording.words import fold
from tests.wording import gallery_report
from tests.wording.inspection import Page
from tests.work import calls

DETAILS = frozenset(("details", "summary"))
OLD, NEW = (f"/e/river/-/images/{digit * 64}.png" for digit in "ab")
HIDDEN = re.compile(r'<span class="vh" dir="ltr">.*?</span>')


@pytest.mark.parametrize("name", gallery_report.names())
def test_the_gallery_reads_as_a_person_agreed(name: str) -> None:
    expected = (gallery_report.GALLERY / name / "expected.txt").read_text("utf-8")
    assert gallery_report.report(*gallery_report.pair(name)) == expected


@pytest.mark.parametrize("name", gallery_report.names())
def test_the_gallery_makes_whole_pages_whose_links_lead_somewhere(name: str) -> None:
    page = Page.read(render_comparison(compare(*gallery_report.pair(name))), DETAILS)
    assert page.faults == []
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} <= set(ids)
    assert {found["aria-labelledby"] for found in page.all("section")} <= set(ids)


def test_the_same_text_twice_has_not_changed() -> None:
    comparison = compare("# Water\n\nStays.", "# Water\n\nStays.")
    assert in_words(comparison) == ["Nothing changed."]
    assert "No words changed" in render_comparison(comparison)


def test_marks_are_heard_as_well_as_seen() -> None:
    html = render_comparison(compare("Five minutes for every speaker.", "Three minutes for every speaker."))
    went, came = (f'<span class="vh" dir="ltr">{said}: </span>' for said in ("removed", "added"))
    assert f"<del>{went}Five</del><ins>{came}Three</ins>" in html


def test_changes_are_numbered_named_and_linked_and_the_rest_is_folded_away() -> None:
    old = "# A\n\none two three\n\n" + "stays\n\n" * 12 + "# B\n\nfour five six"
    page = Page.read(render_comparison(compare(old, old.replace("two", "2").replace("five", "5"))), DETAILS)
    assert "Change 1 of 2: “A”" in page.text and "Change 2 of 2: “B”" in page.text
    assert "12 unchanged paragraphs" in page.text
    assert [link["href"] for link in page.all("a")] == ["#change-1", "#change-2", "#change-2", "#change-1"]
    assert "Both changes as a list" in page.text
    assert page.text.count("This was the last change.") == 1
    assert "“A”: A paragraph changed: 1 word went, 1 came." in page.text


NOTHING_MUCH = ("Nothing changed", "No words changed")


@pytest.mark.parametrize(
    ("old", "new", "both_said"),
    [
        ("The [surgery](https://x/surgery) shuts.", "The [surgery](https://x/lobby) shuts.", "https://x/surgery"),
        ("[a](https://x/1) [a](https://x/2)", "[a](https://x/2) [a](https://x/1)", "now leads to https://x/2"),
        ("[](https://x/1)", "[](https://x/2)", "https://x/1"),
        ("See [it].\n\n[it]: https://x/1", "See [it].\n\n[it]: https://x/2", "https://x/1"),
        ("Plan A and [Plan B](https://x/1)", "[Plan A](https://x/1) and Plan B", "is new and leads to https://x/1"),
        ("The surgery", "The [surgery](https://x/1)", "is new and leads to https://x/1"),
        ("The [surgery](https://x/1)", "The surgery", "is gone; it led to https://x/1"),
        ('[a](https://x "page 1")', '[a](https://x "page 2")', "page 1"),
        ("![a](https://x/1.png)", "![a](https://x/2.png)", "https://x/1.png"),
        ("| [a](https://x/1) |\n|---|", "| [a](https://x/2) |\n|---|", "https://x/1"),
    ],
)
def test_a_link_that_leads_elsewhere_is_told_above_and_beside_the_text(old: str, new: str, both_said: str) -> None:
    comparison = compare(old, new)
    assert both_said in " ".join(in_words(comparison))
    assert both_said in " ".join(piece.note for piece in comparison.blocks)
    assert not any(said.startswith(NOTHING_MUCH) for said in in_words(comparison))


def test_a_link_is_told_beside_words_that_changed_too() -> None:
    old = "# What we see\n\nThe [surgery](https://x/surgery) closes at noon."
    comparison = compare(old, old.replace("x/surgery", "x/lobby").replace("noon", "nine"))
    told = "now leads to https://x/lobby (before: https://x/surgery)."
    assert f"A link in “What we see” {told}" in in_words(comparison)
    assert f"A link here {told}" in render_comparison(comparison)


def test_an_address_on_reworded_text_has_not_changed() -> None:
    told = in_words(compare("The [agenda](https://x/1) stays.", "The [draft agenda](https://x/1) stays."))
    assert told == ["The text gained 1 word."]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We *would* pay.", "We ~~would~~ pay."),
        ("# We *would* pay", "# We ~~would~~ pay"),
        (f"# ![plan]({OLD})", f"# ![plan]({NEW})"),
        (f"![old]({OLD})", f"![new]({OLD})"),
        ("# Rule 3", "# Rule 4"),
    ],
)
def test_strokes_pictures_and_digits_are_never_called_layout(old: str, new: str) -> None:
    comparison = compare(old, new)
    assert not any(said.startswith(NOTHING_MUCH) for said in in_words(comparison))
    html = render_comparison(comparison)
    assert "<ins>" in html and "<del>" in html


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Words.", f"Words.\n\n![The bridge]({NEW})", "Picture added: The bridge."),
        (f"Words. ![The bridge.]({OLD})", "Words.", "Picture removed: The bridge."),
        (f"Words. ![A]({OLD})", f"Words. ![A bridge]({OLD}#4x3)", "Picture description changed: A bridge."),
        ("Words.", f"Words.\n\n![A \\[blue\\] gate]({NEW})", "Picture added: A [blue] gate."),
        (f"Words. ![]({OLD})", f"Words. ![]({OLD}) ![]({NEW})", "Picture added: it has no description."),
        ("# Water\n\nx\n\n# B", f"# Water\n\nx ![C]({NEW})\n\n# B", "Picture added in “Water”: C."),
        ("# Water\n\nx\n\n# B", f"# Water ![C]({NEW})\n\nx\n\n# B", "Picture added in “Water C”: C."),
    ],
)
def test_a_picture_that_comes_or_goes_is_told_in_words_and_is_no_word(old: str, new: str, told: str) -> None:
    comparison = compare(old, new)
    assert told in in_words(comparison)
    assert (comparison.words_added, comparison.words_removed) == (0, 0)
    page = Page.read(render_comparison(comparison), DETAILS)
    assert told.replace(" in “Water”", "").replace(" in “Water C”", "") in page.text
    assert page.faults == []


def test_another_picture_in_its_place_is_told_as_both() -> None:
    comparison = compare(f"x\n\n![Plan]({OLD})", f"x\n\n![Plan]({NEW})")
    assert in_words(comparison) == ["Picture added: Plan.", "Picture removed: Plan."]
    page = Page.read(render_comparison(comparison))
    assert [picture["src"] for picture in page.all("img")] == [OLD, NEW] * 2  # in the text, and side by side


def test_a_picture_that_moved_neither_came_nor_went() -> None:
    passage = f"The bridge at dusk, as we saw it on our walk. ![Bridge]({OLD})"
    comparison = compare(f"{passage}\n\nOne.\n\nTwo.\n\nThree.", f"One.\n\nTwo.\n\nThree.\n\n{passage}")
    assert not any("Picture" in said for said in in_words(comparison))


def test_a_picture_within_a_link_is_not_called_layout_either() -> None:
    comparison = compare("[![a](https://x/1.png)](https://x)", "[![a](https://x/2.png)](https://x)")
    assert in_words(comparison) == ["No words changed, only punctuation, layout or something the page does not show."]


def test_a_numbered_list_shows_the_numbers_it_has() -> None:
    page = Page.read(render_comparison(compare(*gallery_report.pair("numbered-item-in-the-middle"))), DETAILS)
    assert [item["value"] for item in page.all("li")] == [
        "1",
        "2",
        "3",
        "2",
        "2",
        "3",
        "4",
    ]  # two pieces again side by side
    assert page.all("ol") and not page.all("ul")


def test_items_that_went_keep_the_number_they_had() -> None:
    html = render_comparison(compare("3. one thing\n4. another matter\n5. three", "3. one thing\n4. three"))
    assert '<li class="removed" value="4"' in html and '<li value="4" dir="auto">three' in html


def test_a_list_of_another_kind_is_told_once() -> None:
    comparison = compare(*gallery_report.pair("bullets-become-numbers"))
    assert sum("is numbered now" in piece.note for piece in comparison.blocks) == 1
    assert in_words(comparison) == ["A list in “Rules” is numbered now, no longer with bullets."]
    back = compare(*reversed(gallery_report.pair("bullets-become-numbers")))
    assert in_words(back) == ["A list in “Rules” has bullets now, no longer numbers."]


def test_what_moved_says_so_and_both_places_lead_to_each_other() -> None:
    html = render_comparison(compare(*gallery_report.pair("paragraph-moved-and-edited")))
    page = Page.read(html, DETAILS)
    assert "moved here from “Money”" in page.text and "moved away to its new place" in page.text
    places = {found["id"] for tag, found in page.tags if tag == "p" and "id" in found}
    assert {link["href"][1:] for link in page.all("a")} >= places
    assert len(places) == 4  # in the marked text, and in the two columns beside it


def test_before_and_now_stand_side_by_side_with_only_their_own_marks() -> None:
    html = render_comparison(compare("Five minutes for every speaker.", "Three minutes for every speaker."))
    row = html[html.index("<tbody>") : html.index("</tbody>")]
    before, now = row.split("</td>")[:2]
    assert "<del>" in before and "Five" in before and "Three" not in before
    assert "<ins>" in now and "Three" in now and "Five" not in now


def test_what_we_say_in_english_does_not_turn_the_words_of_another_script() -> None:
    html = render_comparison(compare("# מים\n\nהישיבות פתוחות לכולם.", "# מים\n\nיש גישה ללא מדרגות."))
    for said in re.findall(r'<p class="(?:added|removed)" dir="auto">(.*?)</p>', html):
        assert unicodedata.bidirectional(without_own_direction(said)[0]) == "R"


def without_own_direction(html: str) -> str:
    """What a browser looks at to find the direction of a paragraph."""
    return re.sub(r"<[^>]*>", "", re.sub(r'<span [^>]*dir="ltr">.*?</span>', "", html)).strip()


def test_an_item_within_an_item_is_shown_within_a_list_within_a_list() -> None:
    html = render_comparison(compare("- tea\n  1. green tea", "- tea\n  1. green tea and cake"))
    assert '<ul class="above">\n<li><ol>\n<li class="changed" value="1"' in html


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("paragraph-split-and-edited", "Part 1 of 2 of what was a paragraph, which changed: 1 word came."),
        ("paragraphs-joined", "Two paragraphs became a paragraph, which changed: 2 words went, 1 came."),
        ("section-new-and-section-gone", "A heading is new: “Childcare during assemblies”."),
        ("paragraph-moved-and-edited", "A paragraph moved here from “Money”, and changed: 1 word went, 1 came."),
        ("emphasis-and-a-link", "A paragraph changed: Only the layout changed here, not the words."),
        ("item-indented", "A list item changed: Stands one level deeper in the list now."),
    ],
)
def test_the_list_says_in_words_what_happened_at_each_change(name: str, told: str) -> None:
    changed = [piece for piece in compare(*gallery_report.pair(name)).blocks if piece.op != "same"]
    assert told in [entry([piece]) for piece in changed] + [entry(changed)]


def test_what_was_split_keeps_its_links_and_its_emphasis_in_both_parts() -> None:
    old = "Ask [the clerk of the council](https://x/1) on *any Monday. Bring the letter* that [you got](https://x/2)."
    comparison = compare(old, old.replace(". Bring", ".*\n\n*Bring"))
    assert in_words(comparison) == ["One paragraph was split in two."]
    assert [piece.part for piece in comparison.blocks] == [(1, 2), (2, 2)]
    assert not any(mark in piece.html for piece in comparison.blocks for mark in ("<ins", "<del"))
    back = compare(old.replace(". Bring", ".*\n\n*Bring"), old)
    assert in_words(back) == ["Two paragraphs were joined into one."]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "One of us keeps the list, reading it.",
            "One of us keeps the list, reading it.\n\nOne of us keeps the list.",
        ),
        ("The council pays for tea.", "The council pays for tea and cake.\n\nThe residents pay for the hall."),
        ("- tea\n- cake", "- tea and cake\n- cake"),
    ],
)
def test_what_only_resembles_its_neighbour_was_not_split_off(old: str, new: str) -> None:
    for comparison in (compare(old, new), compare(new, old)):
        assert all(piece.part == (1, 1) and piece.joined == 1 for piece in comparison.blocks)


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=1>", "**<b>`<i>`**", "؀<b>x"],
)
def test_hostile_words_stay_words(hostile: str) -> None:
    for old, new in (
        (hostile, "calm words"),
        ("calm words", hostile),
        (f"calm {hostile} words", f"calm {hostile} old words"),
    ):
        page = Page.read(render_comparison(compare(old, new)), DETAILS)
        assert page.faults == [] and not page.all("a")


WORDS = st.sampled_from(
    (
        "the council ~~measures~~ water twice [a](https://x/1) [a](https://x/2) a year and **all** `of` it"
        " £5 15:40 汉字 שלום e\u0301 <b> & “so” don't"
    ).split()
)
LINES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
PREFIXES = st.sampled_from(
    ["", "", "", "# ", "## ", "- ", "- [x] ", "1. ", "> ", "    ", "term\n: ", "| a | b |\n|---|---|\n| ", "```\n"]
)
TEXTS = st.lists(st.tuples(PREFIXES, LINES).map("".join), max_size=8).map("\n\n".join)


@settings(max_examples=120, deadline=None)
@given(TEXTS, TEXTS, st.randoms(use_true_random=False))
def test_marks_taken_away_leave_the_new_text_and_marks_kept_the_old_one(old: str, other: str, random) -> None:  # type: ignore[no-untyped-def]
    parts = [*old.split("\n\n"), *other.split("\n\n")[:3]]
    random.shuffle(parts)
    parts = [part if random.random() < 0.7 else _halved(part) for part in parts]
    new = "\n\n".join(parts)
    comparison = compare(old, new)
    after = [p for p in comparison.blocks if p.op not in ("removed", "moved away")]
    assert [_without(p.html, "del") for p in after] == [_squashed(block.text) for block in blocks(new)]
    before = [p for p in comparison.blocks if p.op not in ("added", "moved here")]
    moved = {p.move: _without(p.html, "ins") for p in comparison.blocks if p.op == "moved here"}
    shown = [moved[p.move] if p.op == "moved away" else _without(p.html, "ins") for p in before]
    assert "".join(shown) == "".join(_squashed(block.text) for block in blocks(old))
    assert Page.read(render_comparison(comparison), DETAILS).faults == []
    assert in_words(comparison)


def _halved(text: str) -> str:
    words = text.split(" ")
    return " ".join(words[: len(words) // 2]) + "\n\n" + " ".join(words[len(words) // 2 :])


def _without(html: str, tag: str) -> str:
    page = Page.read(HIDDEN.sub("", re.sub(rf"<{tag}>.*?</{tag}>", "", html, flags=re.DOTALL)))
    return _squashed(page.text)


def _squashed(text: str) -> str:
    return "".join(fold(text).replace("[", "").replace("]", "").split())


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60), st.text(alphabet=st.characters(), max_size=60))
def test_any_two_strings_can_be_compared(old: str, new: str) -> None:
    comparison = compare(old, new)
    assert Page.read(render_comparison(comparison), DETAILS).faults == []
    "\n".join(in_words(comparison)).encode()
    assert compare(old, new) == comparison


def _prose(seed: int, length: int) -> str:
    """Paragraphs of sixty made-up words, the same for the same seed."""
    number, words = seed, []
    while length > 0:
        number = (number * 1103515245 + 12345) % 2**31
        length -= 3 + number % 3
        words.append("".join(chr(97 + (number >> shift) % 26) for shift in (3, 8, 13, 18)[: 2 + number % 3]))
    return "\n\n".join(" ".join(words[at : at + 60]) + "." for at in range(0, len(words), 60))


def _many(paragraph: str, count: int) -> str:
    return "\n\n".join(f"{paragraph} {at}" for at in range(count))


def _table(columns: int, rows: int) -> str:
    return "| a " * columns + "|\n" + "|---" * columns + "|\n" + ("| x " * columns + "|\n") * rows


SHAPES: dict[str, Callable[[int], tuple[str, str]]] = {
    "unrelated": lambda n: (_prose(1, 8_000 * n), _prose(2, 8_000 * n)),
    "one paragraph": lambda n: (_prose(1, 8_000 * n).replace("\n\n", " "), _prose(2, 8_000 * n).replace("\n\n", " ")),
    "items": lambda n: (
        "- " + _prose(1, 2_000 * n).replace(" ", "\n- "),
        "- " + _prose(2, 2_000 * n).replace(" ", "\n- "),
    ),
    "repeated": lambda n: ("same words\n\n" * 400 * n, "same words\n\n" * 200 * n + "other\n\n" * 200 * n),
    "cut in many": lambda n: (_prose(1, 4_000 * n).replace("\n\n", " "), _prose(1, 4_000 * n).replace(" ", "\n\n")),
    "alike": lambda n: (_many("We ask for light on the", 100 * n), _many("We ask for a light on the", 100 * n)),
    "table": lambda n: (_table(2, 100 * n), _table(3, 100 * n)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_much_to_compare_is_about_twice_the_work_both_ways(shape: str) -> None:
    compare(*SHAPES[shape](1))  # what is made once
    for turned in (1, -1):
        once, twice = (calls(partial(compare, *SHAPES[shape](size)[::turned])) for size in (1, 2))
        assert twice < 2.6 * once


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_prose(1, 200_000), _prose(2, 200_000)),
        (_prose(1, 200_000).replace("\n\n", " "), _prose(2, 200_000).replace("\n\n", " ")),
        ("[" * 1_000_000, "*" * 1_000_000),
    ],
    ids=["unrelated", "one paragraph", "garbage"],
)
def test_texts_that_have_nothing_in_common_are_told_in_a_line_or_two(old: str, new: str) -> None:
    comparison = compare(old, new)
    assert comparison.words_added or not blocks(new)[0].phrases[0].spoken
    assert len(in_words(comparison)) <= 2

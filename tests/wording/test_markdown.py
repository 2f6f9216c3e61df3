"""Markdown as people write it, shown so that everyone can read it."""

import pytest

from drafting.wording import markdown
from drafting.wording.graphemes import count
from tests.wording.inspection import Page

OURS = f"/e/river/-/images/{'a' * 64}.png"


def test_the_page_keeps_its_own_h1() -> None:
    page = Page.read(markdown.render("# One\n\n## Two\n\n###### Six"))
    assert [tag for tag, _ in page.tags] == ["h2", "h3", "h6"]
    assert "<h4" in markdown.render("# One", top_level=4)


def test_headings_can_be_linked_and_two_texts_on_a_page_do_not_collide() -> None:
    page = Page.read(markdown.render("# Water\n\n# Water\n\n# !\n\n[up](#water) note[^1]\n\n[^1]: x", prefix="text-"))
    assert [heading["id"] for heading in page.all("h2")] == ["text-water", "text-water-2", "text-section"]
    places = {found["id"] for _, found in page.tags if "id" in found}
    links = [link["href"] for link in page.all("a")]
    assert links and all(link.removeprefix("#") in places for link in links)
    assert all(place.startswith("text-") for place in places)


def test_no_two_headings_share_an_id() -> None:
    page = Page.read(markdown.render("# a\n\n# a\n\n# a-2\n\n# a\n\n# fn1\n\nx[^1]\n\n[^1]: y"))
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids))


def test_a_task_says_whether_it_is_done() -> None:
    page = Page.read(markdown.render("- [x] book the hall\n- [ ] bring tea\n- [y] no task"))
    assert [(box["aria-label"], "checked" in box, "disabled" in box) for box in page.all("input")] == [
        ("Done:", True, True),
        ("Not done:", False, True),
    ]
    assert "book the hall" in page.text and "[y] no task" in page.text


def test_a_table_scrolls_inside_itself_and_each_has_its_own_name() -> None:
    table = "| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n"
    page = Page.read(markdown.render(table * 2))
    assert [(region["tabindex"], region["aria-label"]) for region in page.all("div")] == [
        ("0", "Table"),
        ("0", "Table 2"),
    ]
    assert page.all("td")[0]["class"] == "align-center"
    assert page.all("th")[0]["scope"] == "col"


def test_pictures_come_from_here_only() -> None:
    elsewhere = "![Map](https://t.example/m.png) [![Logo](https://t.example/l)](/x) ![Mine](/static/x.png)"
    page = Page.read(markdown.render(f"![Plan]({OURS}) {elsewhere}"))
    assert [(picture["src"], picture["alt"]) for picture in page.all("img")] == [(OURS, "Plan")]
    assert [link["href"] for link in page.all("a")] == ["https://t.example/m.png", "/x", "/static/x.png"]
    assert "Map" in page.text and "Logo" in page.text


def test_a_page_keeps_the_place_of_a_picture_free() -> None:
    page = Page.read(markdown.render(f"![Plan]({OURS}#640x480)\n\n![Plan]({OURS})"))
    sized, bare = page.all("img")
    assert sized == {"src": OURS, "alt": "Plan", "loading": "lazy", "width": "640", "height": "480"}
    assert bare == {"src": OURS, "alt": "Plan", "loading": "lazy"}


@pytest.mark.parametrize(
    "address",
    [
        OURS.replace("/e/", "//e/"),
        OURS.replace("/e/", "/e/../e/"),
        OURS.replace(".png", ".svg"),
        OURS.replace("a.png", ".png"),
        OURS + "/remove",
        OURS + "?x=1",
        OURS + "#0x5",
        OURS + "#640x48000",
        OURS + '#1x1"onload="alert(1)',
        "https://drafts.example.org" + OURS,
        "/e/river/-/sign-out",
        "/e/rïver" + OURS[8:],
    ],
)
def test_nothing_but_a_picture_is_shown_as_one(address: str) -> None:
    page = Page.read(markdown.render(f"![Plan](<{address}>)"))
    assert page.all("img") == [] and "Plan" in page.text and page.faults == []


def test_pictures_that_say_nothing_are_found() -> None:
    other = OURS.replace("a" * 64, "b" * 64)
    text = f"![]({OURS}#4x3)\n\n- ![ ]({other})\n- ![Plan]({OURS})\n\n![](https://t.example/x.png)\n\n`![]({OURS})`"
    assert markdown.undescribed(text) == [OURS, other]
    assert markdown.undescribed(f"[![]({OURS})](/x)\n\n![][far]\n\n[far]: {other}") == [OURS, other]
    assert markdown.undescribed("![" * 30_000) == []


def test_each_paragraph_reads_in_its_own_direction() -> None:
    page = Page.read(markdown.render("שלום עולם\n\nHello\n\n- مرحبا"))
    assert [found["dir"] for tag, found in page.tags if tag in ("p", "li")] == ["auto"] * 3


def test_footnotes_lead_there_and_back() -> None:
    page = Page.read(markdown.render("Twice[^a] said[^a].\n\n[^a]: Source"))
    assert [link["href"] for link in page.all("a")] == ["#fn:1", "#fn:1", "#fnref:1.1", "#fnref:1.2"]


def test_plain_words_have_no_marks() -> None:
    text = "# The *plan*\n\n- [tea](/t)\n- ~~milk~~\n\n| a | `b` |\n|-|-|\n| 1 | ![alt](/x.png) |\n\n```\ncode\n```"
    assert markdown.plain(text) == "The plan\ntea\nmilk\na\nb\n1\nalt\ncode"


def test_an_excerpt_is_one_line_cut_at_a_word() -> None:
    assert markdown.excerpt("# Water\n\nThe *council* measures leakage.", 22) == "Water The council…"
    assert count(markdown.excerpt("word " * 100_000, 30)) <= 30
    assert markdown.excerpt("", 10) == ""

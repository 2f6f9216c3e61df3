"""What hostile Markdown comes to: shown as words, or left out, and soon."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.wording import markdown
from tests.wording.inspection import Page

WORDS_ONLY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<iframe src=//evil.example></iframe>",
    "<style>body{display:none}</style>",
    '<p style="position:fixed;inset:0">x</p>',
    "<!-- --!><script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:image/png;base64,AAAA)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](&#47;/evil.example)",
    "[x](/&#47;evil.example)",
    "[x](evil.html)",
    "[x](http:evil.example)",
    "[x](https:///evil.example)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "www.evil.example",
    "evil.example/path and charter.md",
    "^[<b onclick=alert(1)>x</b>]",
    "{onclick=alert(1)} [x]{style=position:fixed}",
]


@pytest.mark.parametrize("typed", WORDS_ONLY)
def test_a_trick_is_shown_as_words_and_does_nothing(typed: str) -> None:
    page = Page.read(markdown.render(typed))
    assert page.faults == []
    assert not [link for link in page.all("a") if not link["href"].startswith("#fn")]
    assert not page.all("img")


@pytest.mark.parametrize(
    ("typed", "tag", "attribute", "value"),
    [
        ('[x](https://a.example "\\" onclick=alert(1) x=\\"")', "a", "title", '" onclick=alert(1) x="'),
        ('[x](</a"onclick="alert(1)>)', "a", "href", "/a%22onclick=%22alert(1)"),
        ("https://a.example/'onclick='x", "a", "href", "https://a.example/'onclick='x"),
        ("https://a.example/<script>", "a", "href", "https://a.example/"),
        (f'![" onerror="alert(1)](/e/a/-/images/{"a" * 64}.png)', "img", "alt", '" onerror="alert(1)'),
        ('# " onclick="alert(1)', "h2", "id", "onclickalert1"),
        ('``` " onclick="alert(1)\nx\n```', "code", "class", None),
        ("[x](/e/spring-day)", "a", "rel", None),
        ("<https://a.example>", "a", "rel", "nofollow ugc noopener"),
        ("[x](HTTPS://a.example)", "a", "rel", "nofollow ugc noopener"),
    ],
)
def test_an_attribute_cannot_be_broken_out_of(typed: str, tag: str, attribute: str, value: str | None) -> None:
    page = Page.read(markdown.render(typed))
    assert page.faults == []
    assert page.all(tag)[0].get(attribute) == value


def test_marks_that_turn_the_reading_direction_stay_within_their_paragraph() -> None:
    page = Page.read(markdown.render("safe\n\n\u202egnp.exe\n\nsafe"))
    assert [p["dir"] for p in page.all("p")] == ["auto"] * 3


MEGABYTES = {
    "quotes": ">",
    "brackets": "[",
    "pictures": "![",
    "stars": "*",
    "emphasis": "**a*",
    "underlines": "_a",
    "inline notes": "^[a",
    "note marks": "[^",
    "links begun": "[a](",
    "addresses begun": "<http://",
    "addresses in one breath": "(a@b.chttps://a.b/",
    "addresses": "http://a.example ",
    "items": "- a\n",
    "items in items": "- ",
    "table rows": "|a|b|\n",
    "wide table": "|a" * 40_000 + "|\n" + "|-" * 40_000 + "|\n" + "|\n",
    "terms": "a\n: b\n",
    "tags begun": "<",
    "entities": "&#x",
    "code begun": "`",
    "nothing": "\x00",
    "half characters": "\ud800",
    "stacked accents": "a\u0301\u0301",
    "plain words": "word ",
}


@pytest.mark.parametrize("typed", MEGABYTES.values(), ids=MEGABYTES.keys())
def test_a_megabyte_of_anything_comes_back_soon(typed: str) -> None:
    text = (typed * (1_000_000 // len(typed) + 1))[:1_000_000]
    for share in (text, _as_much_as_is_laid_out(text)):
        began = time.process_time()
        shown = markdown.render(share)
        assert time.process_time() - began < 4  # 2 s on an idle machine
        assert len(shown) < 20_000_000


def _as_much_as_is_laid_out(text: str) -> str:
    marks = [found.start() for found in markdown.MARK.finditer(text)]
    return text[: marks[markdown.MARKS_LIMIT - 1]] if len(marks) > markdown.MARKS_LIMIT else text


def test_many_wide_tables_do_not_multiply() -> None:
    table = "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "|\n" * 500 + "\n"
    shown = markdown.render(table * 20)
    assert markdown.AS_TYPED in shown


@pytest.mark.parametrize("typed", ["> " * 200 + "last words", "- " * 200 + "last words", "1. > " * 90 + "last words"])
def test_words_nested_too_deeply_do_not_vanish(typed: str) -> None:
    shown = markdown.render(typed)
    assert "last words" in shown
    assert markdown.AS_TYPED in shown
    assert "last words" in markdown.plain(typed)


def test_a_text_shown_as_typed_is_still_harmless() -> None:
    page = Page.read(markdown.render("> " * 200 + "<script>alert(1)</script>"))
    assert page.faults == []
    assert "<script>" in page.text


TRICKY = st.text(
    alphabet=st.sampled_from(list("[]()<>!*_`~|:-#&\\\"'/^= \n\tab1.;\x00\u202e\u0301é汉ש\ud800")), max_size=80
)
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "[x](",
            "javascript:",
            ")",
            "<script>",
            "![",
            "|a|b|\n|-|-|\n",
            "[^1]",
            "[^1]: ",
            "^[",
            "\n\n",
            "- [ ] ",
            "> ",
            "# ",
            "```\n",
            "http://a.b",
            "&#106;",
            "*",
            "`",
            "//e.f",
            "<a href=",
            '" onx="',
            ": ",
            "~~",
            "\\",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=250, deadline=None)
@given(st.one_of(TRICKY, FRAGMENTS, st.text(alphabet=st.characters(), max_size=40)))
def test_any_text_becomes_whole_and_harmless_html(typed: str) -> None:
    assert Page.read(markdown.render(typed)).faults == []
    markdown.plain(typed).encode()
    markdown.excerpt(typed, 10).encode()

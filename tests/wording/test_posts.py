"""Posts say the most important things first and fit wherever they go."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.wording.fitting import DoesNotFit
from drafting.wording.graphemes import count, graphemes
from drafting.wording.measures import BLUESKY, MASTODON, UNLIMITED, Limits, mastodon_length
from drafting.wording.names import clean_line
from drafting.wording.posts import PostParts, compose, hashtag, headline
from drafting.wording.standing import disclaimer, kind_name, promise_words

CHARTER = PostParts(
    headline=headline("Assembly charter", 14),
    kind=kind_name("common") + ".",
    standing=disclaimer("the council"),
    what="“Speakers” and “Water” changed. New section “Childcare during assemblies”.",
    counts="41 words added, 12 removed.",
    quote="Every speaker has three minutes, and nobody speaks twice before everyone has spoken once.",
    promise=promise_words("engage", "the council"),
    link="https://drafts.example.org/e/spring-day/charter/14",
    tags=("spring day",),
    commit="3fa44a0c1b2d3e4f",
)


def test_a_post_says_everything_where_there_is_room() -> None:
    assert compose(CHARTER, UNLIMITED) == (
        "Assembly charter: version 14 published\n"
        "Common text. Written by people at the event. The council has not agreed to it.\n\n"
        "“Speakers” and “Water” changed. New section “Childcare during assemblies”. 41 words added, 12 removed.\n\n"
        "“Every speaker has three minutes, and nobody speaks twice before everyone has spoken once.”\n\n"
        "We write together, the council decides.\n"
        "https://drafts.example.org/e/spring-day/charter/14\n"
        "#SpringDay\n"
        "3fa44a0"
    )


def test_a_short_post_gives_up_the_quotation_before_who_has_not_agreed() -> None:
    post = compose(CHARTER, BLUESKY)
    assert BLUESKY.hold(post)
    assert "Every speaker" not in post
    for kept in (CHARTER.headline, "The council has not agreed to it.", CHARTER.promise, CHARTER.link, "3fa44a0"):
        assert kept in post


def test_where_the_link_travels_as_a_card_its_room_is_used() -> None:
    assert "#SpringDay" in compose(PostParts(**{**vars(CHARTER), "link": "", "quote": ""}), BLUESKY)


def test_a_quotation_is_clipped_at_a_word_inside_its_marks() -> None:
    post = compose(CHARTER, Limits(410))
    assert "“Every speaker has three minutes, and nobody speaks twice before everyone…”" in post


def test_an_endless_title_is_clipped_and_the_link_stays_whole() -> None:
    post = compose(PostParts(headline="Very long " * 100, link=CHARTER.link), BLUESKY)
    assert post.endswith("…\n" + CHARTER.link) and BLUESKY.hold(post)


def test_line_ends_in_a_title_cannot_pretend_to_be_another_part() -> None:
    assert compose(PostParts(headline="Charter\n\nWe decide here."), UNLIMITED) == "Charter We decide here."


def test_a_post_says_once_that_nobody_promised_to_answer() -> None:
    post = compose(PostParts("Charter", standing=disclaimer(None), promise=promise_words("consult", None)), UNLIMITED)
    assert post == (
        "Charter\nWritten by people at the event. No organisation has agreed to it.\n\n"
        "We listen. Nobody has promised to answer."
    )


def test_a_limit_smaller_than_the_link_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        compose(CHARTER, Limits(30))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("x", 1),
        ("👩‍👩‍👧‍👦", 1),
        ("https://drafts.example.org/" + "a" * 100, 23),
        ("see http://a.example now", 31),
        ("http://127.0.0.1:8000/e/spring-day/charter/14", 45),
        ("https://" + "a" * 30, 38),
    ],
)
def test_mastodon_counts_an_address_as_23(text: str, length: int) -> None:
    assert mastodon_length(text) == length


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("citizens assembly", "#CitizensAssembly"),
        ("#OpenSpace2026", "#OpenSpace2026"),
        ("café nord", "#CaféNord"),
        ("!", ""),
    ],
)
def test_a_hashtag_can_be_read_out(words: str, tag: str) -> None:
    assert hashtag(words) == tag


CLUSTERS = [
    "a",
    "Wort",
    " ",
    "\n",
    "é",
    "e\u0301\u0323",
    "👩\u200d👩\u200d👧\u200d👦",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "👍🏽",
    "🇩🇪",
    "汉",
    "שלום ",
    "\u202e",
    "\u2067",
    "ก็",
    "한",
    "क्षि",
    "\ud800",
    "https://a.example/x ",
    "http://",
    "…",
    "\x00",
    "“",
    "\U0001e8d0",  # a mark that leans on what is before it
    "\u0600",  # a sign that leans on what comes after it
    "\u200d",
]
WORDS = st.lists(st.sampled_from(CLUSTERS), max_size=60).map("".join) | st.text(max_size=40)
POSTS = st.builds(
    PostParts,
    headline=WORDS.map(lambda words: "T" + words),
    kind=WORDS,
    standing=WORDS,
    what=WORDS,
    counts=WORDS,
    quote=WORDS,
    promise=WORDS,
    link=st.sampled_from(["", CHARTER.link, "http://127.0.0.1:8000/e/a/b/1"]),
    tags=st.lists(WORDS, max_size=3).map(tuple),
    commit=st.sampled_from(["", "3fa44a0c1b2d3e4f"]),
)
PLACES = st.sampled_from(
    [BLUESKY, MASTODON, Limits(90), Limits(120, 200), Limits(None, 300), Limits(100, None, mastodon_length)]
)


@settings(max_examples=200, deadline=None)
@given(POSTS, PLACES)
def test_a_post_is_never_too_long_and_never_cuts_the_link_or_a_grapheme(post: PostParts, place: Limits) -> None:
    text = compose(post, place)
    assert place.hold(text)
    assert count(text) <= (place.units or 10_000) or place.measure is mastodon_length
    assert place.size_bytes is None or len(text.encode()) <= place.size_bytes
    assert post.link in text.split("\n") or not post.link
    assert text.split("\n")[-1] == post.commit[:7] or not post.commit
    assert compose(post, place) == text
    said = [
        clean_line(part, 5_000)
        for part in (post.headline, post.kind, post.standing, post.what, post.counts, post.quote, post.promise)
    ]
    whole = set(graphemes("\n".join([*said, post.link, post.commit, *map(hashtag, post.tags), "“” …#"])))
    assert all(piece in whole or piece.strip("“”…") in whole | {""} for piece in graphemes(text))

"""What a post holds: keys, facets, and words that fit, without any server."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from drafting.publishing.announcement import fitted
from drafting.publishing.channels.bluesky import Bluesky
from drafting.publishing.channels.by_hand import ByHand
from drafting.publishing.channels.facets import facets
from drafting.publishing.keys import new_key
from drafting.wording.measures import Limits
from tests.publishing.newsroom import NOON, after, announcement


def test_keys_are_record_keys_sorted_by_time_and_never_the_same() -> None:
    keys = [new_key(NOON) for _ in range(200)]
    assert all(re.fullmatch("[234567abcdefghij][2-7a-z]{12}", key) for key in keys)
    assert len(set(keys)) == 200, "many posts are made at the same moment"
    assert max(keys) < new_key(after(1))


def test_a_key_is_spelled_as_the_specification_says() -> None:
    assert new_key(NOON)[:2] == "3m", "the spring of 2026, in the alphabet of atproto.com/specs/tid"


def test_facets_count_bytes_past_letters_that_take_several() -> None:
    text = "Årsmöte 📝 https://example.org/1 #Årsmöte"
    link, tag = facets(text, links=("https://example.org/1",), tags=("#Årsmöte",))
    assert (link["index"], tag["index"]) == ({"byteStart": 15, "byteEnd": 36}, {"byteStart": 37, "byteEnd": 47})
    assert tag["features"][0]["tag"] == "Årsmöte"


def test_a_tag_within_a_link_and_one_that_was_dropped_are_no_facets() -> None:
    assert len(facets("https://example.org/#a", links=("https://example.org/#a",), tags=("#a",))) == 1
    assert facets("nothing here", links=("https://example.org/",), tags=("#a", "")) == []


@given(title=st.text(max_size=400), what=st.text(max_size=600), tag=st.text(max_size=100))
def test_no_text_breaks_a_post_or_loses_its_link(title: str, what: str, tag: str) -> None:
    odd = replace(announcement(2), draft_title=title, what=what, quote=what, hashtag=tag)
    assert odd.url in ByHand().compose(odd, thread=None, at=NOON).text
    post = Bluesky("river.test", "x").compose(odd, thread=None, at=NOON)
    size = len(post.text.encode())
    for facet in post.body["facets"]:
        first, last = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert 0 <= first < last <= size
        assert post.text.encode()[first:last].decode() == "#" + facet["features"][0]["tag"]


def test_a_version_that_takes_another_back_gives_the_reason_and_quotes_nothing() -> None:
    text = fitted(replace(announcement(3), withdraws=2, summary="A name was in it"), Limits(500))
    assert "version 3 takes back version 2" in text and "A name was in it" in text
    assert "“Every speaker" not in text

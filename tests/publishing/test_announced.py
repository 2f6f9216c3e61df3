"""One announcement, its form at every kind of place, in five languages and scripts; a person has read the files."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.publishing.announcement import Announcement, fitted
from drafting.publishing.kinds import KINDS
from drafting.wording import standing
from drafting.wording.measures import BLUESKY, MASTODON, Limits
from drafting.wording.tongue import FIRST_STRONG_ISOLATE, POP_ISOLATE, languages, tongue
from tests.publishing.announced import AT, CREDENTIALS, GOLDEN, LANGUAGES, announcement, ground, report

LETTERS = st.text(st.sampled_from("abŵ é한字กำאبُ👩‍🌾\u0301\u200d“”.\u2068 \n#@"), max_size=200)
SENTENCES = st.one_of(LETTERS, st.sampled_from([announcement(language).quote for language in LANGUAGES]))
URL = "https://drafts.example.org/e/water/charter/14"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_gets_what_a_person_has_read_and_found_good(language: str) -> None:
    assert report(language) == (GOLDEN / f"{language}.txt").read_text("utf-8")


@given(
    title=LETTERS, what=SENTENCES, quote=SENTENCES, decider=LETTERS, language=st.sampled_from(["en", "cy", "ar", "th"]),
    kind=st.sampled_from(sorted(standing.KINDS)), level=st.sampled_from(["consult", "engage", "decide"]),
)  # fmt: skip
def test_no_limit_is_ever_passed_and_no_link_ever_cut_in_any_language(
    title: str, what: str, quote: str, decider: str, language: str, kind: str, level: str
) -> None:
    speech = tongue(language)
    told = Announcement(
        event_title=title, event_slug="water", draft_title=title, draft_slug="charter", kind=kind, number=14, url=URL,
        summary="", what=what, quote=quote, standing=standing.disclaimer(decider or None, kind, speech),
        promise=standing.promise_words(level, decider or None, speech), hashtag=title, language=language,
        commit="4f0c2a9d" * 5,
    )  # fmt: skip
    for limits in (BLUESKY, MASTODON, Limits(160), Limits(120, 400)):
        text = fitted(told, limits)
        assert limits.hold(text)
        assert URL in text.split("\n") and text.split("\n")[-1] == "4f0c2a9"
    for word, kind_of_place in KINDS.items():
        channel = kind_of_place.open(CREDENTIALS.get(word, {}), ground())
        post = channel.compose(told, thread=None, at=AT)
        assert URL in post.text or URL in json.dumps(post.body), word
        assert word == "mail" or channel.limits.hold(post.text), word


def test_words_that_read_the_other_way_are_kept_apart_from_those_around_them() -> None:
    said = tongue("en").say("{title}: version {number} published", title="الميثاق", number=3)
    assert said == f"{FIRST_STRONG_ISOLATE}الميثاق{POP_ISOLATE}: version 3 published"
    welsh = tongue("cy").say("{title}: version {number} published", title="Siarter", number=3)
    assert welsh == "Siarter: cyhoeddwyd fersiwn 3"


def test_a_language_without_a_file_is_said_in_english_and_whatever_a_tag_looks_like_it_is_no_path() -> None:
    assert list(languages().items()) == [("en", "English"), ("cy", "Cymraeg")]
    assert tongue("cy-GB").code == "cy"
    for tag in ("ar", "", "../../setup", "xx", "c" * 400, "cy/..", "ÇY"):
        assert tongue(tag).code == "en", tag

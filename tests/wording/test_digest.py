"""Several changes in one post."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.wording.digest import Entry, compose, merged
from drafting.wording.fitting import DoesNotFit
from drafting.wording.measures import BLUESKY, MASTODON, UNLIMITED, Limits

LINK = "https://drafts.example.org/e/river/charter/4"
TWO = [Entry("Charter", 2, 4, "“Speakers” changed."), Entry("Paths", 1, 1, "First version.")]


def digest(entries: list[Entry], limits: Limits = UNLIMITED) -> str:
    return compose(entries, event="River day", link=LINK, tags=("RiverDay",), commit="0123456789", limits=limits)


def test_every_text_is_named_with_its_versions_and_what_changed():
    assert digest(TWO) == (
        "River day: Four new versions\n\nCharter: versions 2 to 4. “Speakers” changed.\n"
        "Paths: version 1. First version.\n\n"
        f"{LINK}\n#RiverDay\n0123456"
    )


def test_what_changed_goes_first_then_texts_and_never_the_link():
    long = [Entry(f"Text {n}", 1, 1, "Something changed here. " * 5) for n in range(20)]
    text = digest(long, BLUESKY)
    assert "Something" not in text and "Text 0: version 1" in text and "more texts" in text
    assert text.endswith(f"{LINK}\n#RiverDay\n0123456") and BLUESKY.hold(text)
    with pytest.raises(DoesNotFit):
        digest(long, Limits(40))


def test_versions_of_one_text_are_told_together_and_what_changed_last_first():
    found = merged([Entry("A", 1, 1, "x"), Entry("B", 3, 3), Entry("A", 2, 2, "y")])
    assert found == [Entry("A", 1, 2, "y"), Entry("B", 3, 3)]


@given(
    st.lists(
        st.builds(Entry, st.text(max_size=80), st.just(1), st.integers(1, 9), st.text(max_size=80)),
        min_size=1,
        max_size=9,
    )
)
def test_no_digest_is_over_the_limits_and_all_keep_the_link(entries: list[Entry]):
    for limits in (BLUESKY, MASTODON):
        text = digest(entries, limits)
        assert limits.hold(text) and LINK in text.split("\n") and text.endswith("\n0123456")

"""What commits say, read back by real git."""

import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.record.message import compose, identity, one_line, service_address, trailers_of
from tests.record.shelf import BARE, row

NAMES = ["Revision", "Draft", "Kind", "Promise", "Accepted-by", "Licence", "Permalink", "Co-authored-by"]


def trailers(message: str) -> list[str]:
    """What `git interpret-trailers` finds."""
    command = ["git", "interpret-trailers", "--parse"]
    return subprocess.run(
        command, input=message, capture_output=True, text=True, env=BARE, check=True
    ).stdout.splitlines()


def test_a_commit_says_what_changed_and_under_what() -> None:
    message = compose(
        row(number=4, summary="The lamps are warm now, because three people could not sleep behind the cold ones.")
    )
    assert message == (
        "Lamps along the path: version 4\n\n"
        "The lamps are warm now, because three people could not sleep behind the\ncold ones.\n\n"
        "Written by people at the event. Parks department has not agreed to it.\n\n"
        "Revision: 4\nDraft: lamps\nKind: common text\nPromise: consult; Parks department; answer by 2026-12-01\n"
        "Accepted-by: one editor\nLicence: CC-BY-SA-4.0\nPermalink: https://drafts.example.org/e/riverside/lamps/4\n"
        "Co-authored-by: Drafting team of A day on the river <drafting-team@drafts.example.org>\n"
    )
    assert trailers(message) == message.split("\n\n")[-1].splitlines()
    assert trailers_of(message)["Draft"] == "lamps"


def test_taking_back_is_said_in_the_subject() -> None:
    assert compose(row(number=3, withdraws=2)).startswith("Lamps along the path: version 3 takes back version 2\n\n")


def test_where_nobody_decides_the_commit_says_so() -> None:
    message = compose(row(promise={"level": "decide", "decider": "", "answer_by": None}))
    assert "Promise: decide; nobody has promised to answer\n" in message
    assert "Written by people at the event. Nobody has promised to answer.\n" in message


def test_the_service_is_named_by_the_host_of_the_time() -> None:
    assert identity(row()) == "Drafting record <record@drafts.example.org>"
    assert service_address("https://bürger.example:8443") == "record@xn--brger-kva.example"
    assert service_address("nonsense") == "record@localhost"


@pytest.mark.parametrize(
    "summary",
    [
        "Revision: 99",
        "Good.\n\nRevision: 99\nDraft: other",
        "Revision: 99\n\n---\nafter the line",
        "Revision: 99\n\n--- a/file\n+++ b/file",
        "Signed-off-by: Eve <e@x>\n\n# ------------------------ >8 ------------------------\ngone",
        "Revision: 99\r\n\r\n---\r\n",
        "Revision: 99\u2028\u2028---\u2028x",
        "\n\n",
        "",
    ],
)
def test_words_that_look_like_trailers_are_words(summary: str) -> None:
    assert [line.split(":")[0] for line in trailers(compose(row(summary=summary)))] == NAMES
    assert trailers(compose(row(summary=summary)))[0] == "Revision: 1"


TYPED = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("\n\r\t -#:<>\u2028\u202e\x85\x00")), max_size=80
)


@given(title=TYPED, summary=TYPED, decider=TYPED, rule=TYPED, name=TYPED, email=TYPED)
def test_nothing_typed_can_add_a_line_or_a_trailer(**typed: Any) -> None:
    message = compose(
        row(
            number=7, title=typed["title"], summary=typed["summary"], rule=typed["rule"] or "one editor",
            promise={"level": "engage", "decider": typed["decider"], "answer_by": None},
            coauthors=[{"name": typed["name"], "email": typed["email"]}],
        )
    )  # fmt: skip
    last = message.rstrip("\n").split("\n\n")[-1].split("\n")
    assert [line.split(":")[0] for line in last] in (NAMES, [name for name in NAMES if name != "Accepted-by"])
    assert [line.split(":")[0] for line in trailers(message)] == [line.split(":")[0] for line in last]
    assert "\x00" not in message and "\u202e" not in message and "\n\n\n" not in message
    assert not any(line.startswith(("---", "#")) for line in message.splitlines())
    assert last[0] == "Revision: 7" and last[-1].count("<") == 1 and last[-1].endswith(">")


def test_one_line_keeps_words_and_joined_characters() -> None:
    assert one_line(" Über\n\tden \u202eFluss\x00 👩‍👧 ") == "Über den Fluss 👩‍👧"

"""What strangers may try at our inboxes, and that nothing comes of it."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.db import now
from drafting.publishing.fediverse import servers
from drafting.publishing.fediverse.acquaintances import LOOKING_AT_ONCE
from tests.federation.neighbour import JSON, Neighbour, next_door
from tests.federation.town import Town, built

SCHEMES = ("rfc9421", "cavage")
WEAK = (
    ("cavage", {"headers": ["(request-target)", "date", "digest"]}, "without the host"),
    ("cavage", {"headers": ["(request-target)", "host", "date"]}, "without the body"),
    ("cavage", {"headers": ["(request-target)", "host", "digest"]}, "without the time"),
    ("rfc9421", {"covered": ("@method", "content-type")}, "without the address"),
    ("rfc9421", {"covered": ("@target-uri", "content-type")}, "without the method"),
    ("rfc9421", {"digest": False}, "without the body"),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with built(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture(scope="module")
def neighbour() -> Iterator[Neighbour]:
    with next_door() as neighbour:
        yield neighbour


@pytest.fixture
def inbox(town: Town) -> str:
    return f"{town.base}/-/inbox"


def test_nobody_is_heard_without_a_signature(town: Town, neighbour: Neighbour, inbox: str) -> None:
    for where in (inbox, f"{town.text}/inbox"):
        answer = httpx.post(where, json=neighbour.activity("Follow", town.text), headers={"content-type": JSON})
        assert answer.status_code == 401
    assert town.followers() == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_forged_signature_is_refused(town: Town, neighbour: Neighbour, inbox: str, scheme: str) -> None:
    follow = neighbour.activity("Follow", town.text)
    assert neighbour.sends(inbox, follow, scheme=scheme, key=generate_private_key(65537, 2048)).status_code == 401
    other = json.dumps({**follow, "object": town.river}).encode()
    assert neighbour.sends(inbox, follow, scheme=scheme, instead=other).status_code == 401
    for age in (timedelta(hours=13), -timedelta(hours=2)):
        assert neighbour.sends(inbox, follow, scheme=scheme, age=age).status_code == 401
    assert town.followers() == []


@pytest.mark.parametrize(("scheme", "how", "what"), WEAK, ids=[f"{scheme} {what}" for scheme, _, what in WEAK])
def test_a_signature_that_leaves_out_what_matters_is_refused(
    town: Town, neighbour: Neighbour, inbox: str, scheme: str, how: dict[str, Any], what: str
) -> None:
    assert neighbour.sends(inbox, neighbour.activity("Follow", town.text), scheme=scheme, **how).status_code == 401


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_was_signed_for_another_address_is_refused(
    town: Town, neighbour: Neighbour, inbox: str, scheme: str
) -> None:
    body = json.dumps(neighbour.activity("Follow", town.text)).encode()
    for elsewhere in ("https://elsewhere.example/-/inbox", f"{town.river}/inbox"):
        headers = neighbour.signed(elsewhere, body, scheme=scheme)
        assert httpx.post(inbox, content=body, headers=headers).status_code == 401


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nobody_acts_in_the_name_of_another(town: Town, neighbour: Neighbour, inbox: str, scheme: str) -> None:
    follow = neighbour.activity("Follow", town.text)
    dan = {**follow, "actor": f"{neighbour.base}/users/dan"}
    assert neighbour.sends(inbox, dan, scheme=scheme).status_code == 401
    far = {**follow, "actor": "https://elsewhere.example/users/dan"}
    assert neighbour.sends(inbox, far, scheme=scheme).status_code == 401
    with next_door() as other:
        stolen = other.activity("Follow", town.text)
        assert other.sends(inbox, stolen, scheme=scheme, key_id=f"{neighbour.carol}#main-key").status_code == 401


def test_the_same_activity_again_changes_nothing(town: Town, neighbour: Neighbour, inbox: str) -> None:
    follow = neighbour.activity("Follow", town.text)
    assert neighbour.sends(inbox, follow).status_code == 202
    assert len(town.followers()) == 1
    neighbour.sends(inbox, neighbour.activity("Undo", follow))
    assert neighbour.sends(inbox, follow).status_code == 202, "a replay is taken and does nothing"
    assert town.followers() == []


def test_nobody_undoes_what_somebody_else_did(town: Town, neighbour: Neighbour, inbox: str) -> None:
    follow = neighbour.activity("Follow", town.text)
    neighbour.sends(inbox, follow)
    with next_door() as other:
        for act in (other.activity("Undo", follow), other.activity("Delete", neighbour.carol)):
            other.sends(inbox, act)
    assert len(town.followers()) == 1
    neighbour.sends(inbox, neighbour.activity("Undo", follow))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 20_000,
        b'{"id":"https://x.example/1","type":"Follow"}', b'{"id":1,"type":[],"actor":{}}',
        b'{"id":"javascript:1","type":"Follow","actor":"https://x.example/u"}',
        json.dumps({"id": "https://x.example/" + "i" * 600, "type": "Follow", "actor": "https://x.example/u"}).encode(),
    ],
    ids=lambda body: repr(body[:24]),
)  # fmt: skip
def test_what_is_no_activity_is_refused(neighbour: Neighbour, inbox: str, body: bytes) -> None:
    assert neighbour.sends(inbox, body).status_code in (401, 422)


@pytest.mark.parametrize("about", [None, 7, [], {}, [[]], {"id": {}}, {"id": "x" * 600}, "https://elsewhere.example/u"])
@pytest.mark.parametrize("kind", ["Follow", "Undo", "Block", "Delete", "QuoteRequest", "Create", "x" * 100])
def test_an_activity_about_nothing_does_nothing(
    town: Town, neighbour: Neighbour, inbox: str, kind: str, about: object
) -> None:
    assert neighbour.sends(inbox, neighbour.activity(kind, about, instrument=about)).status_code == 202
    assert neighbour.sends(inbox, neighbour.activity("Undo", {"type": kind, "object": about})).status_code == 202
    assert town.followers() == []


def test_an_activity_over_the_limit_is_refused(town: Town, neighbour: Neighbour, inbox: str) -> None:
    huge = neighbour.activity("Create", {"type": "Note", "content": "<script>" * 60_000})
    assert neighbour.sends(inbox, huge).status_code == 413


def test_a_blocked_server_and_all_below_it_are_not_heard_and_forgotten(town: Town, inbox: str) -> None:
    with next_door() as spammer:
        spammer.follows(town.text)
        assert len(town.followers()) == 1
        with town.world.services.database.write() as session:
            assert servers.block(session, "127.0.0.1", "Nothing but advertisements.", now()) == 1
        assert town.followers() == []
        assert spammer.follows(town.text).status_code == 403
        with town.world.services.database.write() as session:
            servers.unblock(session, "127.0.0.1")
        assert spammer.follows(town.text).status_code == 202
        spammer.sends(inbox, spammer.activity("Block", town.text))


def _profile(neighbour: Neighbour, **changed: Any) -> bytes:
    return json.dumps({**neighbour.person(), **changed}).encode()


def liars(mine: Neighbour) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """What a server may say when it is asked for the actor of a key."""
    page, key = {"Content-Type": JSON}, mine.person()["publicKey"]
    return {
        "no json": (200, page, b"<html>"),
        "another kind of page": (200, {"Content-Type": "text/html"}, _profile(mine)),
        "somebody else": (200, page, _profile(mine, id="https://elsewhere.example/u")),
        "a key of somebody else": (
            200,
            page,
            _profile(mine, publicKey={**key, "owner": "https://elsewhere.example/u"}),
        ),
        "no key": (200, page, _profile(mine, publicKey=None)),
        "a key that is none": (200, page, _profile(mine, publicKey={**key, "publicKeyPem": "-----BEGIN"})),
        "somebody else's inbox": (200, page, _profile(mine, inbox="https://elsewhere.example/inbox")),
        "an inbox that is none": (200, page, _profile(mine, inbox={"a": 1})),
        "a million keys": (200, page, _profile(mine, publicKey=[key["id"]] * 100_000)),
        "deeply nested": (200, page, b'{"a":' * 50_000),
        "gone": (410, {}, b""),
        "a circle": (302, {"Location": f"{mine.base}/users/carol"}, b""),
        "a file": (302, {"Location": "file:///etc/passwd"}, b""),
        "nowhere": (302, {"Location": "http://[::1"}, b""),
        "in trouble": (500, {}, b""),
    }


@pytest.mark.parametrize("lie", list(liars(Neighbour(base="http://127.0.0.1:1"))))
def test_a_server_that_lies_about_a_key_is_not_believed(town: Town, inbox: str, lie: str) -> None:
    with next_door() as liar:
        liar.pages["/users/carol"] = liars(liar)[lie]
        for _ in range(2):
            assert liar.sends(inbox, liar.activity("Follow", town.text)).status_code == 401
        assert len([path for path in liar.asked if path == "/users/carol"]) <= 3, "asked again and again"
    assert town.followers() == []


def test_an_exchanged_key_is_looked_up_anew_and_a_false_one_does_not_make_us_ask(
    town: Town, inbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drafting.publishing.fediverse import acquaintances

    with next_door() as moved:
        assert moved.follows(town.text).status_code == 202
        moved.sends(inbox, moved.activity("Block", town.text))
        asked = len(moved.asked)
        for _ in range(5):
            moved.sends(inbox, moved.activity("Follow", town.text), key=generate_private_key(65537, 2048))
        assert len(moved.asked) == asked
        moved.key = generate_private_key(65537, 2048)
        monkeypatch.setattr(acquaintances, "RENEWED", timedelta())
        assert moved.follows(town.text).status_code == 202
        moved.sends(inbox, moved.activity("Block", town.text))


def test_when_too_many_keys_are_asked_for_the_rest_is_told_to_come_back(town: Town, inbox: str) -> None:
    """Servers that let us wait hold up two of us at most."""
    answers: list[int] = []
    with next_door(silent=True) as slow:

        def one(number: int) -> None:
            uri = f"{slow.base}/users/u{number}"
            act = {**slow.activity("Like", town.text), "actor": uri}
            answers.append(slow.sends(inbox, act, key_id=f"{uri}#main-key").status_code)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(slow.asked) == LOOKING_AT_ONCE == 2
    assert answers == [503] * 8


JUNK = st.one_of(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=300),
    st.sampled_from(['keyId="x"', "sig1=()", 'sig1=("@method");created=1', "sig1=:AAAA:", "a=b,c=d", 'headers="' * 20]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(signature=JUNK, stated=JUNK, digest=JUNK, newer=st.booleans())
def test_junk_in_the_headers_is_refused_and_never_an_error_of_ours(
    inbox: str, signature: str, stated: str, digest: str, newer: bool
) -> None:
    headers = {"signature": signature, "digest": digest, "content-digest": digest, "date": stated}
    headers |= {"signature-input": stated} if newer else {}
    answer = httpx.post(inbox, content=b"{}", headers={name: value.strip() for name, value in headers.items()})
    assert answer.status_code in (400, 401, 429)

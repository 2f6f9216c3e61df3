"""What strangers bring who mean no good: packed answers, ids of others, half characters, other spellings of a name."""

import json
import resource
import zlib

import pytest

from drafting.db import now
from drafting.publishing.fediverse import servers
from drafting.publishing.fediverse.addresses import host_of
from tests.federation.neighbour import JSON, Neighbour, next_door
from tests.federation.town import Town

MB = 1024
"""ru_maxrss counts KB."""


def test_an_answer_that_would_unfold_to_much_is_not_unfolded(town: Town, neighbour: Neighbour) -> None:
    squeeze, zeros = zlib.compressobj(9, zlib.DEFLATED, 31), b" " * (1 << 20)
    packed = b"".join(squeeze.compress(zeros) for _ in range(400)) + squeeze.flush()
    neighbour.pages["/users/carol"] = (200, {"content-type": JSON, "content-encoding": "gzip"}, packed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert neighbour.sends(f"{town.base}/-/inbox", neighbour.activity("Follow", town.text)).status_code >= 400
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * MB


def test_nobody_uses_up_ids_of_another_server(town: Town, neighbour: Neighbour) -> None:
    theirs = neighbour.activity("Follow", town.text)
    with next_door() as mallory:
        stolen = {**mallory.activity("Undo", {"type": "Follow", "object": town.text}), "id": theirs["id"]}
        assert mallory.sends(f"{town.base}/-/inbox", stolen).status_code == 202
    assert neighbour.sends(f"{town.base}/-/inbox", theirs).status_code == 202
    assert len(town.followers()) == 1


def test_what_concerns_nobody_wakes_nobody_and_leaves_the_pages_as_they_were(town: Town, neighbour: Neighbour) -> None:
    told: list[int] = []
    town.world.services.database.written.append(lambda: told.append(1))
    for _ in range(3):
        assert neighbour.sends(f"{town.base}/-/inbox", neighbour.activity("Like", town.text)).status_code == 202
    assert told == []


@pytest.mark.parametrize("bad", ["\ud800", "\u0000", "\u202e"], ids=["half", "nul", "turning"])
def test_odd_characters_in_ids_are_refused(town: Town, neighbour: Neighbour, bad: str) -> None:
    odd = {**neighbour.activity("Follow", town.text), "id": f"{neighbour.base}/x{bad}"}
    assert neighbour.sends(f"{town.base}/-/inbox", json.dumps(odd).encode()).status_code == 422
    quote = neighbour.activity("QuoteRequest", f"{town.base}/e/river/-/note/abc{bad}")
    quote["instrument"] = f"{neighbour.base}/q{bad}"
    assert neighbour.sends(f"{town.base}/-/inbox", json.dumps(quote).encode()).status_code == 202
    farewell = {**neighbour.activity("Delete", "x"), "actor": f"{neighbour.base}/users/{bad}"}
    farewell["object"] = farewell["actor"]
    assert neighbour.sends(f"{town.base}/-/inbox", json.dumps(farewell).encode()).status_code in (401, 422)


def test_a_server_that_is_blocked_is_blocked_however_its_name_is_written(town: Town) -> None:
    with town.world.services.database.write() as session:
        servers.block(session, "xn--bcher-kva.example", "spam", now())
        servers.block(session, "spam.example", "spam", now())
    with town.world.services.database.read() as session:
        for uri in ("https://bücher.example/a", "https://SPAM.example./a", "https://spam.example:443/a"):
            assert servers.is_blocked(session, host_of(uri)), uri
    assert host_of("https://[::1]:8000/a") == "[::1]:8000" and host_of("https://a:b/") == host_of("https://[zz/") == ""

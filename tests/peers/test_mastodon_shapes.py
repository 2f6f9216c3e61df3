"""Our own Mastodon server answers in the shapes of the real one: no name that the real one lacks, no other type."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from flask import Response

from drafting.config import Settings
from drafting.publishing.channels import Undelivered
from drafting.publishing.channels.kind import Trip
from drafting.publishing.channels.mastodon_sign_in import page, read, redeem, register
from drafting.publishing.keys import new_key
from drafting.publishing.pictures import Picture, Pictures
from tests.peers import recorded
from tests.peers.recorded import ERROR, MEDIA, STATUS, Shape
from tests.publishing import mastodon_account
from tests.publishing.mastodon_server import serving
from tests.publishing.mastodon_state import MastodonServer
from tests.publishing.newsroom import NOON, allowing_private, announcement, ground_of
from tests.publishing.signing_in import answers

pytestmark = [pytest.mark.peer, pytest.mark.timeout(600)]


def test_every_answer_of_our_server_has_the_shape_of_a_recorded_one(settings: Settings) -> None:
    ours, real = everything_we_ask(allowing_private(settings)), recorded.shapes()
    assert {STATUS, MEDIA, ERROR, "/api/v1/apps", "/api/v2/instance", "/oauth/token"} <= set(ours)
    wrong = [
        f"{place}{path}: {kinds} instead of {real[place].get(path)}"
        for place, shape in ours.items()
        for path, kinds in shape.items()
        if not _fits(kinds, real[place].get(path))
    ]
    assert not wrong, "\n".join(wrong)


def _fits(kinds: set[str], recorded: set[str] | None) -> bool:
    """What was only ever recorded as null can be anything else, too."""
    return recorded is not None and (kinds <= recorded or recorded == {"NoneType"})


def everything_we_ask(settings: Settings) -> dict[str, Shape]:
    """What our server answers while an account is connected and posts, edits, fails and is found."""
    shapes: dict[str, Shape] = defaultdict(lambda: defaultdict(set))

    def note(asked: str, answer: Response) -> None:
        if answer.mimetype == "application/json":
            place = recorded.place(asked.partition(" ")[2], answer.status_code)
            recorded.add(shapes[place], json.loads(answer.get_data()))

    for has_v2 in (True, False):
        with serving(has_v2=has_v2, looks_until_read=2, heard=note) as server:
            _connect(server, settings)
            _post(server, settings)
    return shapes


def _connect(server: MastodonServer, settings: Settings) -> None:
    here = ground_of(settings)
    account = read({"server": server.url, "visibility": "public"}, here)
    trip = Trip("https://drafts.example.org/-/connect/mastodon", "state", "v" * 64)
    papers = register(account, trip.back, here)
    back = answers(page(account, papers, trip))
    redeem(account, papers, trip, back.partition("code=")[2].partition("&")[0], here)


def _post(server: MastodonServer, settings: Settings) -> None:
    channel = mastodon_account.channel(server, settings)
    picture = Picture(Pictures(settings.pictures).keep(b"png"), "Before and after.")
    post = channel.compose(replace(announcement(), picture=picture), thread=None, at=NOON)
    first = channel.send(post, new_key(NOON))
    reply = channel.compose(announcement(2), thread=first.ref, at=NOON)
    channel.send(reply, new_key(NOON))
    channel.find(post, "")
    channel.edit(first.remote_id, post)
    acts: list[Callable[[], object]] = [partial(channel.edit, "1", post)]
    acts.append(partial(channel.send, replace(post, body={"status": {"status": "x" * 501}}), "a key"))
    acts.append(partial(mastodon_account.channel(server, settings, token="wrong").check))
    for act in acts:
        with pytest.raises(Undelivered):
            act()

"""Ways in which the Mastodon server of the tests misbehaves at one request."""

import socket
from contextlib import suppress

from flask import Response, request

from tests.publishing.mastodon_state import Act, Behaviour, MastodonServer, error


def refuses(code: int, **headers: str) -> Behaviour:
    """Takes nothing."""

    def behave(server: MastodonServer, act: Act) -> Response:
        return error(code, "Because of the test", **headers)

    return behave


def stores_and_answers(code: int) -> Behaviour:
    """Takes it, and says something else."""

    def behave(server: MastodonServer, act: Act) -> Response:
        act()
        return error(code, "Something went wrong")

    return behave


def says(body: bytes, code: int = 200) -> Behaviour:
    """Takes it, and answers this."""

    def behave(server: MastodonServer, act: Act) -> Response:
        act()
        return Response(body, code, content_type="application/json")

    return behave


def stores_and_hangs_up(server: MastodonServer, act: Act) -> Response:
    act()
    return hangs_up(server, act)


def stores_and_says_nothing(server: MastodonServer, act: Act) -> Response:
    act()
    server.closing.wait(60)
    return hangs_up(server, act)


def hangs_up(server: MastodonServer, act: Act) -> Response:
    with suppress(OSError):
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response(status=500)


def sends_on(address: str) -> Behaviour:
    def behave(server: MastodonServer, act: Act) -> Response:
        return Response(status=302, headers={"Location": address})

    return behave

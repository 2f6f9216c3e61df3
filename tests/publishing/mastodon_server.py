"""A server that speaks the Mastodon client API over real HTTP, for one account, and misbehaves on demand.

Its answers have the documented shapes; `tests/peers/test_mastodon_shapes.py` holds them against exchanges that were
recorded with the real one.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from tests.publishing import mastodon_api, mastodon_oauth
from tests.publishing.mastodon_state import MastodonServer, error, page, time


@contextmanager
def serving(**how: Any) -> Iterator[MastodonServer]:
    server = MastodonServer(**how)
    http = make_server("127.0.0.1", 0, _app(server), threaded=True)
    server.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        http.shutdown()
        http.server_close()


def _app(server: MastodonServer) -> Flask:
    app = Flask(__name__)
    app.url_map.strict_slashes = False

    def view(rule: str, function: Callable[..., Response], *methods: str, scope: str = "") -> None:
        def answer(**named: str) -> Response:
            asked = f"{request.method} {request.path.rstrip('/')}"
            server.agents.add(request.headers.get("User-Agent", ""))

            def act() -> Response:
                answer = _limited(_checked(server, scope) or function(server, **named))
                server.heard(asked, answer)
                return answer

            behave = server.behaviour(asked)
            return behave(server, act) if behave else act()

        app.add_url_rule(rule, f"{rule} {methods}", answer, methods=list(methods) or ["GET"])

    view("/api/v2/instance", mastodon_api.instance_v2)
    view("/api/v1/instance", mastodon_api.instance_v1)
    view("/api/v1/apps", mastodon_oauth.register, "POST")
    view("/oauth/authorize", mastodon_oauth.authorize, "GET", "POST")
    view("/oauth/token", mastodon_oauth.token, "POST")
    view("/api/v1/accounts/verify_credentials", mastodon_api.whose, scope="read:accounts")
    view("/api/v1/accounts/<account_id>/statuses", mastodon_api.newest, scope="read:statuses")
    view("/api/v2/media", mastodon_api.upload, "POST", scope="write:media")
    view("/api/v1/media/<media_id>", mastodon_api.look, scope="write:media")
    view("/api/v1/statuses", mastodon_api.post, "POST", scope="write:statuses")
    view("/api/v1/statuses/<status_id>", mastodon_api.status, "GET", scope="read:statuses")
    view("/api/v1/statuses/<status_id>", mastodon_api.edit, "PUT", scope="write:statuses")
    app.register_error_handler(HTTPException, lambda error: page(error.code or 500, "Not here", ""))
    return app


def _checked(server: MastodonServer, scope: str) -> Response | None:
    """What is said to whoever may not."""
    if not scope:
        return None
    held = server.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if held is None:
        return error(401, "The access token is invalid")
    if not held & {scope, scope.partition(":")[0]}:
        return error(403, "This action is outside the authorized scopes")
    return None


def _limited(answer: Response) -> Response:
    """What stands beside every answer of the real one."""
    answer.headers.update({"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299"})
    answer.headers["X-RateLimit-Reset"] = time()
    return answer

"""Signing in at the Mastodon server of the tests: docs.joinmastodon.org/methods/apps and /oauth."""

import base64
import hashlib
import html
import secrets
import urllib.parse
from datetime import UTC, datetime

from flask import Response, jsonify, redirect, request

from tests.publishing.mastodon_state import MastodonServer, error, page

ASK = "<p>{name} wants to: {scope}</p><form method=post>{kept}{buttons}</form>"


def register(server: MastodonServer) -> Response:
    said = request.form.to_dict()
    if not said.get("client_name") or not said.get("redirect_uris"):
        return error(422, "Validation failed")
    made = {"client_id": secrets.token_urlsafe(32), "client_secret": secrets.token_urlsafe(32)}
    server.apps[made["client_id"]] = {**said, **made}
    return jsonify(id=server.fresh_id(), name=said["client_name"], website=said.get("website"),
                   scopes=said["scopes"].split(), redirect_uri=said["redirect_uris"],
                   redirect_uris=[said["redirect_uris"]], vapid_key="BCk", **made)  # fmt: skip


def authorize(server: MastodonServer) -> Response:
    said = request.values.to_dict()
    app = server.apps.get(said.get("client_id", ""))
    if app is None or said.get("redirect_uri") != app["redirect_uris"]:
        return page(401, "Client authentication failed due to unknown client", "")
    if said.get("response_type") != "code" or not set(said["scope"].split()) <= set(app["scopes"].split()):
        return page(400, "The requested scope is invalid", "")
    if request.method == "GET":
        kept = "".join(f'<input type=hidden name="{html.escape(n)}" value="{html.escape(v)}">' for n, v in said.items())
        buttons = "".join(f"<button name=answer value={word}>{word}</button>" for word in ("Authorize", "Deny"))
        asked = ASK.format(name=html.escape(app["client_name"]), scope=said["scope"], kept=kept, buttons=buttons)
        return page(200, "Authorization required", asked)
    if said["answer"] == "Deny":
        return _back(said, error="access_denied", error_description="The resource owner or server denied the request.")
    code = secrets.token_urlsafe(16)
    server.codes[code] = said
    return _back(said, code=code)


def _back(said: dict[str, str], **query: str) -> Response:
    query["state"] = said["state"]
    answer = redirect(f"{said['redirect_uri']}?{urllib.parse.urlencode(query)}")
    assert isinstance(answer, Response)
    return answer


def token(server: MastodonServer) -> Response:
    said = request.form.to_dict()
    app = server.apps.get(said.get("client_id", ""))
    if app is None or app["client_secret"] != said.get("client_secret"):
        return _oauth_error(401, "invalid_client")
    if said["grant_type"] == "client_credentials":
        return _granted(server, "read")
    asked = server.codes.pop(said.get("code", ""), None)
    if asked is None or asked["redirect_uri"] != said.get("redirect_uri") or asked["client_id"] != said["client_id"]:
        return _oauth_error(400, "invalid_grant")
    digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
    if asked["code_challenge"] != base64.urlsafe_b64encode(digest).decode().rstrip("="):
        return _oauth_error(400, "invalid_grant")
    return _granted(server, asked["scope"])


def _granted(server: MastodonServer, scope: str) -> Response:
    created = int(datetime.now(UTC).timestamp())
    return jsonify(access_token=server.token(*scope.split()), token_type="Bearer", scope=scope, created_at=created)


def _oauth_error(code: int, name: str) -> Response:
    answer = jsonify(error=name, error_description="In words.")
    answer.status_code = code
    return answer

"""What the Mastodon server of the tests answers: docs.joinmastodon.org/methods."""

import html
import re
import urllib.parse
from typing import Any

from flask import Response, jsonify, request

from tests.publishing.mastodon_state import LINK, MastodonServer, error, page, time

TAG = re.compile(r"#(\w+)")


def instance_v2(server: MastodonServer) -> Response:
    if not server.has_v2:
        return page(404, "Not here", "")
    configuration = _configuration(server)
    configuration["media_attachments"]["description_limit"] = server.description
    return jsonify(domain=_host(server), title="A server", version="4.5.0", configuration=configuration)


def instance_v1(server: MastodonServer) -> Response:
    """Says nothing about descriptions."""
    return jsonify(uri=_host(server), title="A server", version="4.5.0", configuration=_configuration(server))


def _host(server: MastodonServer) -> str:
    return urllib.parse.urlsplit(server.url).netloc


def _configuration(server: MastodonServer) -> dict[str, Any]:
    statuses = {
        "max_characters": server.characters, "max_media_attachments": 4, "characters_reserved_per_url": server.link,
    }  # fmt: skip
    media = {"supported_mime_types": ["image/png"], "image_size_limit": 16777216}
    return {"statuses": statuses, "media_attachments": media}


def whose(server: MastodonServer) -> Response:
    return jsonify({**account(server), "source": {"privacy": "public", "language": None, "note": "", "fields": []}})


def account(server: MastodonServer) -> dict[str, Any]:
    return {"id": "42", "username": server.username, "acct": server.username, "display_name": "", "locked": False,
            "bot": False, "url": f"{server.url}/@{server.username}",
            "statuses_count": len(server.statuses)}  # fmt: skip


def newest(server: MastodonServer, account_id: str) -> Response:
    if account_id != "42":
        return error(404, "Record not found")
    limit = min(int(request.args.get("limit", 20)), 40)
    return jsonify(server.posts()[::-1][:limit])


def upload(server: MastodonServer) -> Response:
    if not server.reads_pictures:
        return error(422, "Validation failed: File content type is invalid")
    if len(request.form.get("description", "")) > server.description:
        return error(422, "Validation failed: Description is too long")
    media_id = server.fresh_id()
    server.pictures[media_id] = request.files["file"].read()
    server.media[media_id] = {
        "id": media_id, "type": "image", "url": None, "preview_url": f"{server.url}/media/{media_id}.small.png",
        "remote_url": None, "description": request.form.get("description"), "blurhash": "LEHV6nWB2yk8",
        "left": server.looks_until_read,
    }  # fmt: skip
    return _held(server, media_id, 202)


def look(server: MastodonServer, media_id: str) -> Response:
    if media_id not in server.media:
        return error(404, "Record not found")
    server.media[media_id]["left"] -= 1
    return _held(server, media_id, 206)


def _held(server: MastodonServer, media_id: str, unread: int) -> Response:
    media = server.media[media_id]
    ready = media["left"] <= 0
    media["url"] = f"{server.url}/media/{media_id}.png" if ready else None
    answer = jsonify(_shown(media))
    answer.status_code = 200 if ready else unread
    return answer


def _shown(media: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in media.items() if name != "left"}


def _said() -> dict[str, Any]:
    """Of a post, as a form or as JSON."""
    if request.is_json:
        return dict(request.get_json())
    return {**request.form.to_dict(), "media_ids": request.form.getlist("media_ids[]")}


def post(server: MastodonServer) -> Response:
    said, key = _said(), request.headers.get("Idempotency-Key", "")
    if (known := server.remembers(key)) is not None:
        return jsonify(server.statuses[known])
    parent = said.get("in_reply_to_id")
    if parent is not None and parent not in server.statuses:
        return error(404, "The post you are trying to reply to does not appear to exist.")
    if refusal := _wrong(server, said):
        return refusal
    status_id = server.fresh_id()
    server.statuses[status_id] = {
        "id": status_id, "created_at": time(), "in_reply_to_id": parent, "sensitive": False, "spoiler_text": "",
        "visibility": said.get("visibility", "public"), "language": said.get("language", "en"),
        "uri": f"{server.url}/users/{server.username}/statuses/{status_id}",
        "url": f"{server.url}/@{server.username}/{status_id}", "edited_at": None, "reblog": None,
        "account": account(server), **text(server, said),
    }  # fmt: skip
    server.note(key, status_id)
    return jsonify(server.statuses[status_id])


def edit(server: MastodonServer, status_id: str) -> Response:
    """A picture that is not named again is taken away, as in the real one."""
    if status_id not in server.statuses:
        return error(404, "Record not found")
    said = _said()
    if refusal := _wrong(server, said):
        return refusal
    server.statuses[status_id] |= {**text(server, said), "edited_at": time()}
    return jsonify(server.statuses[status_id])


def status(server: MastodonServer, status_id: str) -> Response:
    return jsonify(server.statuses[status_id]) if status_id in server.statuses else error(404, "Record not found")


def _wrong(server: MastodonServer, said: dict[str, Any]) -> Response | None:
    if server.taken_by(said.get("status", "")) > server.characters:
        return error(422, f"Validation failed: Text character limit of {server.characters} exceeded")
    for media_id in said.get("media_ids") or []:
        if media_id not in server.media:
            return error(422, "Validation failed: Media could not be found")
        if server.media[media_id]["url"] is None:
            return error(422, "Cannot attach files that have not finished processing. Try again in a moment!")
    return None


def text(server: MastodonServer, said: dict[str, Any]) -> dict[str, Any]:
    media = [_shown(server.media[media_id]) for media_id in said.get("media_ids") or []]
    tags = [{"name": name, "url": f"{server.url}/tags/{name}"} for name in TAG.findall(said["status"])]
    return {"content": _marked_up(said["status"]), "media_attachments": media, "mentions": [], "tags": tags}


def _marked_up(text: str) -> str:
    """As Mastodon shows it: links are cut for the eye and whole where they lead."""

    def link(found: re.Match[str]) -> str:
        address = html.escape(html.unescape(found[0]))
        scheme, rest = address.split("://", 1)
        return (
            f'<a href="{address}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">'
            f'{scheme}://</span><span class="ellipsis">{rest[:30]}</span><span class="invisible">{rest[30:]}</span></a>'
        )

    escaped = LINK.sub(link, html.escape(text))
    return "<p>" + escaped.replace("\n\n", "</p><p>").replace("\n", "<br />") + "</p>"

"""What our actors say of themselves and of what they do, as ActivityStreams 2.0. Pure: facts in, JSON out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from .addresses import HOUSE, KEY, SHARED_INBOX, Handle

Json = dict[str, Any]

STREAMS = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{STREAMS}#Public"
CONTEXT = [
    STREAMS,
    "https://w3id.org/security/v1",
    {
        "toot": "http://joinmastodon.org/ns#",
        "schema": "http://schema.org#",
        "gts": "https://gotosocial.org/ns#",
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
        "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
    },
]
QUOTABLE = {"canQuote": {"automaticApproval": [PUBLIC]}}
PAGE = 20
ICON, HEADER = "/static/fediverse/icon.png", "/static/fediverse/header.png"


@dataclass(frozen=True)
class Profile:
    """An actor as people see it. `about` are paragraphs; `fields` a few names with an address or a sentence each."""

    handle: Handle
    name: str
    about: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    published: datetime
    listed: bool
    """Whether servers may recommend it and search it."""


def actor(base: str, profile: Profile, public_key: str) -> Json:
    uri = base + profile.handle.path
    return {
        "@context": CONTEXT,
        "id": uri,
        "type": "Service",
        "preferredUsername": profile.handle.name,
        "name": profile.name,
        "summary": "".join(f"<p>{escape(words)}</p>" for words in profile.about),
        "url": base + profile.handle.page,
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "featured": f"{uri}/featured",
        "endpoints": {"sharedInbox": base + SHARED_INBOX},
        "publicKey": {"id": uri + KEY, "owner": uri, "publicKeyPem": public_key},
        "manuallyApprovesFollowers": False,
        "discoverable": profile.listed,
        "indexable": profile.listed,
        "published": stamp(profile.published),
        "icon": {"type": "Image", "mediaType": "image/png", "url": base + ICON},
        "image": {"type": "Image", "mediaType": "image/png", "url": base + HEADER},
        "attachment": [
            {"type": "PropertyValue", "name": name, "value": _linked(value)} for name, value in profile.fields
        ],
    }


def house(base: str, host: str, public_key: str) -> Json:
    """The actor in whose name we look at other servers: nobody follows it."""
    uri = base + HOUSE
    return {
        "@context": CONTEXT,
        "id": uri,
        "type": "Application",
        "preferredUsername": host,
        "name": host,
        "url": base + "/",
        "inbox": base + SHARED_INBOX,
        "outbox": f"{uri}/outbox",
        "endpoints": {"sharedInbox": base + SHARED_INBOX},
        "publicKey": {"id": uri + KEY, "owner": uri, "publicKeyPem": public_key},
        "manuallyApprovesFollowers": True,
        "discoverable": False,
    }


def finger(base: str, host: str, handle: Handle) -> Json:
    """The answer to WebFinger (RFC 7033). `host` with its port, as in the handle."""
    uri = base + handle.path
    return {
        "subject": f"acct:{handle.name}@{host}",
        "aliases": [base + handle.page, uri],
        "links": [
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": base + handle.page},
            {"rel": "self", "type": "application/activity+json", "href": uri},
        ],
    }


def finger_house(base: str, host: str) -> Json:
    uri = base + HOUSE
    return {
        "subject": f"acct:{host}@{host}",
        "aliases": [uri],
        "links": [{"rel": "self", "type": "application/activity+json", "href": uri}],
    }


def introduction(base: str, profile: Profile, language: str) -> Json:
    """The note that is pinned to a profile."""
    uri = base + profile.handle.path
    content = "".join(f"<p>{escape(words)}</p>" for words in profile.about)
    content += f"<p>{_linked(base + profile.handle.page)}</p>"
    return {
        "@context": CONTEXT,
        "id": f"{uri}/introduction",
        "type": "Note",
        "attributedTo": uri,
        "to": [PUBLIC],
        "cc": [f"{uri}/followers"],
        "content": content,
        "contentMap": {language: content},
        "published": stamp(profile.published),
        "url": base + profile.handle.page,
        "interactionPolicy": QUOTABLE,
    }


def create(note: Json) -> Json:
    return _activity("Create", f"{note['id']}/create", note["attributedTo"], note, note["published"], note["cc"])


def update(note: Json) -> Json:
    uri = f"{note['id']}/update/{note['updated']}"
    return _activity("Update", uri, note["attributedTo"], note, note["updated"], note["cc"])


def delete(note_uri: str, by: str, at: datetime) -> Json:
    return _activity("Delete", f"{note_uri}/delete", by, tombstone(note_uri, at, whole=False), stamp(at), [])


def announce(base: str, note: Json, by: Handle) -> Json:
    """The event's own actor passes on what an actor of one of its texts said."""
    uri = base + by.path
    cc = [note["attributedTo"], f"{uri}/followers"]
    return _activity("Announce", f"{note['id']}/announce", uri, note["id"], note["published"], cc)


def accept_follow(base: str, handle: Handle, follow: Json, word: str) -> Json:
    """`word` tells it from other acceptances of the same actor."""
    uri = base + handle.path
    return {
        "@context": CONTEXT,
        "id": f"{uri}/accept/{word}",
        "type": "Accept",
        "actor": uri,
        "to": [follow["actor"]],
        "object": follow,
    }


def accept_quote(stamp_uri: str, by: str, request: Json) -> Json:
    return {
        "@context": CONTEXT,
        "id": f"{stamp_uri}/accept",
        "type": "Accept",
        "actor": by,
        "to": [request["actor"]],
        "object": request,
        "result": stamp_uri,
    }


def consent(stamp_uri: str, by: str, quoting: str, quoted: str) -> Json:
    """The stamp by which a third server sees that a quotation is welcome."""
    return {
        "@context": CONTEXT,
        "id": stamp_uri,
        "type": "QuoteAuthorization",
        "attributedTo": by,
        "interactingObject": quoting,
        "interactionTarget": quoted,
    }


def tombstone(uri: str, at: datetime, *, whole: bool = True) -> Json:
    gone = {"id": uri, "type": "Tombstone", "deleted": stamp(at)}
    return {"@context": CONTEXT, **gone} if whole else gone


def counted(uri: str, total: int) -> Json:
    """A collection of which only the size is told."""
    return {"@context": CONTEXT, "id": uri, "type": "OrderedCollection", "totalItems": total}


def collection(uri: str, items: Sequence[Any]) -> Json:
    return {**counted(uri, len(items)), "orderedItems": list(items)}


def paged(uri: str, total: int) -> Json:
    return {**counted(uri, total), "first": f"{uri}?page=1"}


def page(uri: str, number: int, items: Sequence[Any], *, more: bool) -> Json:
    """Items without their contexts, newest first."""
    told = {
        "@context": CONTEXT,
        "id": f"{uri}?page={number}",
        "type": "OrderedCollectionPage",
        "partOf": uri,
        "orderedItems": [{name: value for name, value in item.items() if name != "@context"} for item in items],
    }
    return {**told, "next": f"{uri}?page={number + 1}"} if more else told


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _activity(kind: str, uri: str, by: str, about: Any, at: str, cc: Sequence[str]) -> Json:
    return {
        "@context": CONTEXT,
        "id": uri,
        "type": kind,
        "actor": by,
        "published": at,
        "to": [PUBLIC],
        "cc": list(cc),
        "object": {name: value for name, value in about.items() if name != "@context"}
        if isinstance(about, dict)
        else about,
    }


def _linked(value: str) -> str:
    """An address as a link that reads without its scheme, anything else as it is."""
    if not value.startswith(("https://", "http://")):
        return escape(value)
    shown = escape(value.partition("://")[2])
    return f'<a href="{escape(value)}" rel="me nofollow noopener" target="_blank">{shown}</a>'

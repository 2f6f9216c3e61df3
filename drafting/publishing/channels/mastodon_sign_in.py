"""Signing in at a Mastodon server: docs.joinmastodon.org/methods/oauth and /methods/apps.

Not by Mastodon.py, which knows no PKCE and takes any answer for a registration. The pages are where the documentation
puts them, never where a server says: it could name a page of somebody else.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from ...errors import Invalid
from ...wording.names import clean_line
from .failures import Rejected
from .kind import ADDRESS_LIMIT, Account, Asked, Elsewhere, Ground, Kind, Trip
from .mastodon import VISIBILITIES, open_account
from .mastodon_errors import answered, translated, unanswered
from .mastodon_speaking import asked_sizes, named, speaker
from .outward import Outward

SCOPES = ("read:accounts", "read:statuses", "write:statuses", "write:media")
TOKEN_LIMIT = 2000
NO_API = (
    "{host} does not answer as Mastodon does. Open the account there in a browser and copy the first part of the "
    "address, such as mastodon.social."
)


def read(fields: Mapping[str, str], ground: Ground) -> Account:
    """The server and how public posts are; whose account it is, only the server can say."""
    server = server_of(fields.get("server", ""), ground)
    visibility = fields.get("visibility", "")
    if visibility not in dict(VISIBILITIES):
        raise Invalid("Choose who finds the posts.", "visibility")
    host = urlsplit(server).netloc
    return Account("", host, {"server": server, "visibility": visibility})


def server_of(typed: str, ground: Ground) -> str:
    """`https://mastodon.social`, however somebody writes it: with a path, or `@name` before it. Raises Invalid."""
    wrong = Invalid("Give the address of the server, for example mastodon.social", "server")
    typed = typed.strip()
    if not typed.lower().startswith(("https://", "http://")):
        typed = f"https://{typed.rpartition('@')[2]}"
    try:
        url = httpx.URL(typed)
        host = url.raw_host.decode()
        urlsplit(typed).port  # noqa: B018 - says whether it is one
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise wrong from error
    if not host or url.userinfo or len(typed) > ADDRESS_LIMIT or ("." not in host and not ground.allow_private):
        raise wrong
    if url.scheme != "https" and not ground.allow_private:
        raise Invalid("The address must begin with https://, because a password is typed there.", "server")
    return f"{url.scheme}://{url.netloc.decode()}"


def register(account: Account, back: str, ground: Ground) -> dict[str, str]:
    home = urlsplit(back)
    said = {
        "client_name": f"Drafting, {home.netloc}",
        "redirect_uris": back,
        "scopes": " ".join(SCOPES),
        "website": f"{home.scheme}://{home.netloc}",
    }
    status, answer = _ask(account, "/api/v1/apps", said, ground)
    made = {name: answer.get(name) for name in ("client_id", "client_secret")}
    if status != 200 or not all(isinstance(value, str) and 0 < len(value) < TOKEN_LIMIT for value in made.values()):
        raise Rejected(NO_API.format(host=account.address))
    return {name: str(value) for name, value in made.items()}


def known(account: Account, papers: Mapping[str, str], ground: Ground) -> bool:
    """Mastodon forgets programs for which nobody holds a token."""
    said = {"grant_type": "client_credentials", "redirect_uri": "urn:ietf:wg:oauth:2.0:oob", **papers}
    _, answer = _ask(account, "/oauth/token", said, ground)
    return answer.get("error") != "invalid_client"


def page(account: Account, papers: Mapping[str, str], trip: Trip) -> str:
    """Servers that do not know PKCE leave the challenge alone (RFC 6749, 3.1)."""
    asked = {
        "response_type": "code",
        "client_id": papers["client_id"],
        "redirect_uri": trip.back,
        "scope": " ".join(SCOPES),
        "state": trip.state,
        "code_challenge": trip.challenge,
        "code_challenge_method": "S256",
    }
    return f"{account.credentials['server']}/oauth/authorize?{urlencode(asked)}"


def redeem(account: Account, papers: Mapping[str, str], trip: Trip, code: str, ground: Ground) -> Account:
    said = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": trip.back, "code_verifier": trip.verifier,
        "scope": " ".join(SCOPES), **papers,
    }  # fmt: skip
    status, answer = _ask(account, "/oauth/token", said, ground)
    token, granted = answer.get("access_token"), str(answer.get("scope") or " ".join(SCOPES)).split()
    if status != 200 or not isinstance(token, str):
        raise Rejected(f"{account.address} did not accept its own answer; perhaps it was used before. Start again.")
    if not (0 < len(token) < TOKEN_LIMIT and token.isascii() and token.isprintable() and " " not in token):
        raise Rejected(NO_API.format(host=account.address))
    if not all(scope in granted or scope.partition(":")[0] in granted for scope in SCOPES):
        raise Rejected(f"{account.address} did not allow everything that posting needs. Start again.")
    return _complete(account, token, ground)


def _complete(account: Account, token: str, ground: Ground) -> Account:
    """Whose token it is, and how much the server takes."""
    server = account.credentials["server"]
    adapter, api = speaker(server, token, Outward(allow_private=ground.allow_private))
    with adapter.within(30), translated(account.address, sending=False):
        whose, sizes = api.account_verify_credentials(), asked_sizes(api)
        known_as, name = named(whose), clean_line(f"@{whose['username']}@{account.address}", ADDRESS_LIMIT)
    credentials = {**account.credentials, "token": token, "id": known_as, **sizes.as_text()}
    return Account(name, name, credentials)


def _ask(account: Account, path: str, said: Mapping[str, str], ground: Ground) -> tuple[int, dict[str, Any]]:
    """Status and answer of a form sent there; an answer that is none is empty. Raises Undelivered."""
    from .outward_requests import Moved

    headers = {"User-Agent": "drafting", "Accept": "application/json", "Accept-Encoding": "identity"}
    host = account.address
    try:
        with httpx.Client(transport=Outward(allow_private=ground.allow_private), trust_env=False) as client:
            url = account.credentials["server"] + path
            with client.stream("POST", url, data=dict(said), headers=headers) as answer:
                content, status = b"".join(answer.iter_raw()), answer.status_code
                if answer.has_redirect_location:
                    raise Moved(urlsplit(answer.headers["location"]).hostname or "")
    except httpx.HTTPError as error:
        raise unanswered(error, host) from error
    if status >= 500 or status == 429:
        raise answered(status, "", host)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = {}
    return status, found if isinstance(found, dict) else {}


KIND = Kind(
    word="mastodon",
    name="Mastodon",
    meaning="We post to an account of the event, on any server that speaks as Mastodon does.",
    steps=(
        "Make an account for the event at a Mastodon server, or use one that it has.",
        "Sign in there in this browser, so that you are asked for the right account.",
    ),
    asks=(
        Asked("server", "Server", "Such as mastodon.social, or the whole name: @river@mastodon.social"),
        Asked("visibility", "Who finds the posts?", options=VISIBILITIES),
    ),
    read=read,
    open=open_account,
    elsewhere=Elsewhere(register, known, page, redeem),
)

"""An account on the Mastodon server of the tests, as it is after somebody signed in there."""

from drafting.config import Settings
from drafting.publishing.channels.kind import Account
from drafting.publishing.channels.mastodon import Mastodon
from drafting.publishing.channels.mastodon_sizes import Sizes
from drafting.publishing.channels.outward import PATIENCE, Patience
from drafting.publishing.connecting import Connection
from drafting.publishing.pictures import Pictures
from tests.publishing.mastodon_state import MastodonServer


def credentials(server: MastodonServer, *, visibility: str = "public", **other: str) -> dict[str, str]:
    sizes = Sizes(server.characters, server.link, server.description)
    known = {"server": server.url, "token": server.token(), "id": "42", "visibility": visibility}
    return {**known, **sizes.as_text(), **other}


def connection(server: MastodonServer, *, visibility: str = "public") -> Connection:
    address = f"@{server.username}@{server.url.removeprefix('http://')}"
    return Connection("mastodon", "Mastodon", Account(address, address, credentials(server, visibility=visibility)))


def channel(server: MastodonServer, settings: Settings, *, patience: Patience = PATIENCE, **other: str) -> Mastodon:
    pictures = Pictures(settings.pictures)
    known = credentials(server, **other)
    return Mastodon(known, pictures, allow_private=True, patience=patience, pause_s=0.01)

"""Mastodon.py as we use it: through our transport, without its questions about versions, doubted where it guesses."""

from typing import Any

from .mastodon_sizes import Sizes, announced
from .outward import Outward

SPEAKS = "4.0.0"
"""The version that Mastodon.py takes every server for. To ask, it calls itself without end where there is no
/api/v2/instance.
"""
ID_LIMIT = 200


def speaker(server: str, token: str, outward: Outward) -> tuple[Any, Any]:
    """Mastodon.py with a token, and the adapter through which it speaks. No network."""
    import mastodon  # a third of a second, which every start and command would pay

    from .outward_requests import Adapter, session

    adapter = Adapter(outward)
    api = mastodon.Mastodon(
        api_base_url=server,
        session=session(adapter),
        ratelimit_method="throw",
        mastodon_version=SPEAKS,
        version_check_mode="created",
        user_agent="drafting",
    )
    api.access_token = token  # given to the constructor, a token that is the name of a file would be read from it
    return adapter, api


def asked_sizes(api: Any) -> Sizes:
    """What the server takes now. Raises Mastodon.py's errors."""
    from mastodon import MastodonNotFoundError

    try:
        return announced(api.instance_v2())
    except MastodonNotFoundError:
        return announced(api.instance_v1())


def named(entity: Any) -> str:
    """Its id there. Raises ValueError if it has none: Mastodon.py makes an empty one of anything."""
    known = str(entity["id"] or "")
    if not 0 < len(known) <= ID_LIMIT:
        raise ValueError("no usable id")
    return known

"""Servers of the fediverse that this installation has nothing to do with."""

import click

from ..db import now
from ..publishing.fediverse import servers
from .common import Answer, answering, open_here


@click.group()
def fediverse() -> None:
    """Servers that are not heard and not spoken to."""


@fediverse.command("block")
@click.argument("domain")
@click.option("--because", default="", help="For whoever asks later why.")
@answering
def block(domain: str, because: str) -> Answer:
    """Have nothing to do any more with a server and everything below its domain."""
    with open_here().database.write() as session:
        gone = servers.block(session, domain, because, now())
    words = f"{domain} is blocked. {gone} of its followers are forgotten."
    return {"domain": domain, "followers_forgotten": gone}, words


@fediverse.command("unblock")
@click.argument("domain")
@answering
def unblock(domain: str) -> Answer:
    """Hear a server again. Who followed from there must follow again."""
    with open_here().database.write() as session:
        servers.unblock(session, domain)
    return {"domain": domain}, f"{domain} is heard again."


@fediverse.command("blocked")
@answering
def blocked() -> Answer:
    """Every server that is blocked."""
    with open_here().database.read() as session:
        rows = [(row.host, row.blocked, row.blocked_because) for row in servers.blocked_ones(session)]
    facts = [{"domain": host, "since": since and since.isoformat(), "because": why} for host, since, why in rows]
    return {"blocked": facts}, "\n".join(f"{host}  {why}".strip() for host, _, why in rows) or "Nobody is blocked."


COMMANDS = (fediverse,)

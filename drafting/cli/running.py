"""`run`: the serving process, the worker and the pool under one command; `worker`: the worker alone."""

import signal
import socket
from dataclasses import replace
from datetime import timedelta
from functools import partial

import click

from .. import announcing, paths
from ..config import Settings, address_of, load
from ..installation import Installation
from ..proceedings import archives
from ..publishing.fediverse.courier import Courier
from ..publishing.hub import Teller
from ..publishing.mail.postman import Postman
from ..publishing.publisher import Publisher
from ..reactions import Workshop
from ..record.bundling import Bundler
from ..record.watching import Archive, Watch
from ..witnesses.authority import Authority
from ..witnesses.copying import Copier
from ..witnesses.stamping import Stamper
from ..worker import Worker
from . import sample
from .common import open_here
from .people import operator_link
from .schema import upgrade


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def run(host: str, port: int) -> None:
    """Serve the site. The first start makes a sample event and prints how to sign in."""
    from ..app import create_site  # all pages and sockets: other commands start twice as fast without them
    from . import serving

    settings = load(paths.home())
    if not settings.base_url_given:
        settings = replace(settings, base_url=address_of(host, port))
    with serving.alone(settings.data):
        site = create_site(settings)
        upgrade(site.services.database)
        for line in greeting(site.services):
            click.echo(line)
        serving.serve(site, host, port, worker_settings(settings))


def worker_settings(settings: Settings) -> dict[str, str]:
    """What the worker must be told to work for the same installation."""
    given = {"DRAFTING_BASE_URL": settings.base_url} if settings.base_url_given else {}
    return {
        **given,
        "DRAFTING_DATA": str(settings.data),
        "DRAFTING_REPO_STORE": str(settings.repo_store),
        "DRAFTING_DATABASE": settings.database,
    }


def greeting(here: Installation) -> list[str]:
    """What to say at the start: on an empty database, the ways in."""
    base = here.settings.base_url
    ways_in = sample.make_if_empty(here)
    lines = [f"Serving on {base}  (stop with Ctrl-C)"]
    if ways_in is not None:
        lines += [
            "",
            f"Sample event:  {base}/e/{ways_in.event}",
            f"Sign in as the organiser, once:  {operator_link(here)}",
            f"Join the drafting team:  {base}/join/{ways_in.token}",
            f"   or type the code {ways_in.code} at {base}/join",
            "",
        ]
    else:
        lines.append("To sign in as the organiser again: python3 -m drafting sign-in-link")
    return lines


@click.command()
@click.option("--wake-fd", type=int, hidden=True, help="A socket of the serving process; its end ends the worker.")
def worker(wake_fd: int | None) -> None:
    """Write the record, deliver posts, keep deadlines. `run` starts one; more may run beside it."""
    if wake_fd is None:
        make_worker(open_here()).run()
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the serving process, whose end is ours
    with socket.socket(fileno=wake_fd) as wake:
        make_worker(open_here()).run(wake)


def make_worker(here: Installation) -> Worker:
    settings, database = here.settings, here.database
    publisher = Publisher(
        database, here.vault, describe=partial(announcing.describe, pictures=here.ground.pictures), ground=here.ground
    )
    copier = Copier(database, settings.repo_store, here.vault, allow_private=settings.allow_private_webhooks)
    stamper = Stamper(database, Authority.of(settings))
    teller = Teller(
        database,
        settings.websub_hub,
        feeds=lambda session, draft_id: announcing.feeds(session, settings.base_url, draft_id),
        allow_private=settings.allow_private_webhooks,
    )
    return Worker(
        Workshop(
            database,
            settings.repo_store,
            here.signer,
            settings.images,
            settings.parcels,
            settings.kept,
            settings.base_url,
        ),
        errands=(
            publisher.deliver_due,
            Courier(database, settings.base_url, here.abroad).carry_due,
            Postman(database, here.vault, settings.mail, settings.base_url, title=announcing.title).send_due,
            teller.tell_due,
            copier.copy_due,
            stamper.stamp_due,
            Watch(Archive(database, settings.repo_store, here.signer, settings.base_url)),
            Bundler(database, settings.repo_store, settings.parcels, here.signer).catch_up,
            partial(archives.sweep, settings.parcels),
        ),
        heartbeat=settings.heartbeat,
        journals_last=timedelta(days=settings.limits.journal_days_after_close),
    )


COMMANDS = (run, worker)

"""`run`: the serving process, the worker and the pool under one command; `worker`: the worker alone."""

import signal
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from .. import announcing, paths
from ..app import create_site
from ..config import Settings, load
from ..publishing.publisher import Publisher
from ..reactions import Workshop
from ..web.health import HEARTBEAT_FILE
from ..web.services import Services
from ..worker import Worker
from . import sample, serving
from .common import open_services
from .people import operator_link
from .schema import upgrade


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def run(host: str, port: int) -> None:
    """Serve the site. The first start makes a sample event and prints how to sign in."""
    settings = load(paths.home())
    if not settings.base_url_given:
        settings = replace(settings, base_url=f"http://{host}:{port}")
    with serving.alone(settings.data):
        site = create_site(settings)
        upgrade(site.app)
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


def greeting(services: Services) -> list[str]:
    """What to say at the start: on an empty database, the ways in."""
    base = services.settings.base_url
    ways_in = sample.make_if_empty(services)
    lines = [f"Serving on {base}  (stop with Ctrl-C)"]
    if ways_in is not None:
        lines += [
            "",
            f"Sample event:  {base}/e/{ways_in.event}",
            f"Sign in as the organiser, once:  {operator_link(services)}",
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
        make_worker(open_services()).run()
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the serving process, whose end is ours
    with socket.socket(fileno=wake_fd) as wake:
        make_worker(open_services()).run(wake)


def make_worker(services: Services) -> Worker:
    settings, database = services.settings, services.database
    publisher = Publisher(
        database, services.vault, describe=announcing.describe, allow_private=settings.allow_private_webhooks
    )
    return Worker(
        Workshop(database, settings.repo_store, services.signer),
        deliver=publisher.deliver_due,
        heartbeat=Path(settings.data / HEARTBEAT_FILE),
        journals_last=timedelta(days=settings.limits.journal_days_after_close),
    )


COMMANDS = (run, worker)

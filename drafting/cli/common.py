"""What commands share: the app, and one way to answer people and scripts."""

import functools
import json
from collections.abc import Callable
from typing import Any

import click
from flask import Flask

from .. import paths
from ..app import create_app
from ..config import load
from ..web.services import NAME, Services
from .schema import upgrade

Answer = tuple[dict[str, Any], str]
"""What a script gets, and the same in words."""


def answering(command: Callable[..., Answer]) -> Callable[..., None]:
    """Give a command `--json`: it returns its answer both ways, and one of them is printed."""

    @click.option("--json", "as_json", is_flag=True, help="Answer as JSON, for scripts.")
    @functools.wraps(command)
    def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
        facts, words = command(*args, **kwargs)
        click.echo(json.dumps(facts, ensure_ascii=False) if as_json else words)

    return run


def open_app() -> Flask:
    """The installation's app, with its database at the newest migration."""
    app = create_app(load(paths.home()))
    upgrade(app)
    return app


def services_of(app: Flask) -> Services:
    found = app.extensions[NAME]
    assert isinstance(found, Services)
    return found


def open_services() -> Services:
    return services_of(open_app())

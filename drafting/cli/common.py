"""What commands share: the installation, and one way to answer people and scripts."""

import functools
import json
from collections.abc import Callable
from typing import Any

import click

from .. import paths
from ..config import load
from ..installation import Installation, open_installation
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


def open_here() -> Installation:
    """The installation that the environment describes, with its database at the newest migration."""
    found = open_installation(load(paths.home()))
    upgrade(found.database)
    return found

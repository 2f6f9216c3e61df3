"""The commands, as people type them. Each has `--json` for scripts."""

import click
from dotenv import load_dotenv

from ..errors import Refused
from . import events, fediverse, keeping, mirrors, outbox, people, record, running


class Commands(click.Group):
    """Says what was refused in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(refused.message) from refused


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="drafting")
def main() -> None:
    """Write an event's outputs live together, publish what was agreed, and hear what people answer."""
    load_dotenv()


for group in (running, events, people, record, outbox, fediverse, mirrors, keeping):
    for command in group.COMMANDS:
        main.add_command(command)

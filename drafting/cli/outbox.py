"""Posts that wait, failed or were made."""

import click

from ..db import now
from ..publishing import outbox as posts
from ..publishing.models import Delivery
from .common import Answer, answering, open_here


@click.group()
def outbox() -> None:
    """What was posted, and what waits."""


@outbox.command("list")
@answering
def list_posts() -> Answer:
    """Every post that is not out yet, oldest first."""
    here = open_here()
    with here.database.read() as session:
        rows = posts.open_ones(session)
    facts = [
        {
            "id": r.id,
            "state": r.state,
            "attempts": r.attempts,
            "not_before": r.not_before.isoformat(),
            "error": r.last_error,
        }
        for r in rows
    ]
    words = [f"{r.id:6} {r.state:10} tried {r.attempts} times  {r.last_error or ''}" for r in rows]
    return {"deliveries": facts}, "\n".join(words) or "Nothing waits."


@outbox.command("retry")
@click.argument("delivery_id", type=int)
@answering
def retry(delivery_id: int) -> Answer:
    """Try a failed post again now."""
    here = open_here()
    with here.database.write() as session:
        posts.retry(session, delivery_id, now())
        state = session.get_one(Delivery, delivery_id).state
    return {"id": delivery_id, "state": state}, "It will be tried again in a moment."


COMMANDS = (outbox,)

"""Alembic's entry: migrate the connection that the caller hands over."""

from alembic import context

from drafting.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()

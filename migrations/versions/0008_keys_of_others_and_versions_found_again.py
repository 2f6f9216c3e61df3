"""Keys of another installation that count for an event, and versions that were found in the record after a restore"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("recovered", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "adopted_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=500), nullable=False),
        sa.Column("adopted", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_adopted_key_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adopted_key")),
    )
    op.create_index(op.f("ix_adopted_key_event_id"), "adopted_key", ["event_id"])


def downgrade() -> None:
    op.drop_table("adopted_key")
    with op.batch_alter_table("revision") as table:
        table.drop_column("recovered")

"""What readers would not notice is not posted, unless somebody insists; an event's posts can be held"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("insisted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("lifted", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_hold_event_id_event")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_hold_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_event_id"), "hold", ["event_id"])


def downgrade() -> None:
    op.drop_table("hold")
    with op.batch_alter_table("delivery") as table:
        table.drop_column("insisted")

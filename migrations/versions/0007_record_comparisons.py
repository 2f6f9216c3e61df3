"""When each record was last compared with its rows, and what differed"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_comparison",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("compared", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_record_comparison_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_record_comparison")),
    )


def downgrade() -> None:
    op.drop_table("record_comparison")

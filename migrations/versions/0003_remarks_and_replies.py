"""Suggestions and comments, with what was said to them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("anchor", sa.JSON(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("taken", sa.Text(), nullable=True),
        sa.Column("hidden", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_because", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('suggestion', 'comment', 'question', 'challenge')", name=op.f("ck_remark_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'withdrawn', 'resolved')",
            name=op.f("ck_remark_state"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_remark_event_id_event")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_remark_draft_id_draft")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_remark_person_id_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_remark_decided_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index("ix_remark_draft_id_state", "remark", ["draft_id", "state"])
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("hidden", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["remark_id"], ["remark.id"], name=op.f("fk_reply_remark_id_remark")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reply_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_remark_id"), "reply", ["remark_id"])


def downgrade() -> None:
    op.drop_table("reply")
    op.drop_table("remark")

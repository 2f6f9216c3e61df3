"""Why a draft is frozen, when people last looked at drafts, who was mentioned, and who is thanked for what"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as draft:
        draft.add_column(sa.Column("frozen_because", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("credit", sa.String(length=10), nullable=False, server_default="as_shown"))
        person.add_column(sa.Column("alias", sa.String(length=480), nullable=False, server_default=""))
        person.create_check_constraint(op.f("ck_person_credit"), "credit IN ('as_shown', 'team', 'alias')")
    op.create_table(
        "part",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.CheckConstraint("part IN ('suggested', 'asked', 'facilitated')", name=op.f("ck_part_part")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_part_revision_id_revision")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_part_person_id_person")),
        sa.PrimaryKeyConstraint("revision_id", "person_id", "part", name=op.f("pk_part")),
    )
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("writer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["remark_id"], ["remark.id"], name=op.f("fk_mention_remark_id_remark")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_mention_reply_id_reply")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mention_person_id_person")),
        sa.ForeignKeyConstraint(["writer_id"], ["person.id"], name=op.f("fk_mention_writer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_remark_id"), "mention", ["remark_id"])
    op.create_index(op.f("ix_mention_person_id"), "mention", ["person_id"])
    numbers = ("fact_id", "seq", "number", "since_fact_id", "since_seq", "since_number")
    op.create_table(
        "looked",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_looked_person_id_person")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_looked_draft_id_draft")),
        sa.PrimaryKeyConstraint("person_id", "draft_id", name=op.f("pk_looked")),
    )


def downgrade() -> None:
    op.drop_table("looked")
    op.drop_table("mention")
    op.drop_table("part")
    with op.batch_alter_table("person") as person:
        person.drop_constraint(op.f("ck_person_credit"), type_="check")
        person.drop_column("alias")
        person.drop_column("credit")
    with op.batch_alter_table("draft") as draft:
        draft.drop_column("frozen_because")

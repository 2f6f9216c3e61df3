"""Rules of acceptance, objections, and what a clock needs to know"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ONE_EDITOR = '{"kind": "one", "people": 1, "minutes": 0, "hours": null}'


def upgrade() -> None:
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("readers_remark", sa.Boolean(), nullable=False, server_default=sa.false()))
        event.add_column(sa.Column("timezone", sa.String(length=64), nullable=False, server_default="UTC"))
    with op.batch_alter_table("revision") as revision_table:
        revision_table.alter_column(
            "rule", existing_type=sa.String(length=80), type_=sa.String(length=200), existing_nullable=False
        )
    with op.batch_alter_table("proposal") as proposal:
        proposal.add_column(sa.Column("rule", sa.JSON(), nullable=False, server_default=ONE_EDITOR))
        proposal.add_column(sa.Column("deadline", sa.DateTime(timezone=True), nullable=True))
        proposal.add_column(sa.Column("replaces", sa.Integer(), nullable=True))
        proposal.add_column(sa.Column("claimed", sa.DateTime(timezone=True), nullable=True))
        proposal.add_column(sa.Column("claimed_by", sa.Integer(), nullable=True))
        proposal.create_foreign_key(op.f("fk_proposal_replaces_proposal"), "proposal", ["replaces"], ["id"])
        proposal.create_foreign_key(op.f("fk_proposal_claimed_by_person"), "person", ["claimed_by"], ["id"])
        proposal.create_index("ix_proposal_state_deadline", ["state", "deadline"])
    with op.batch_alter_table("remark") as remark:
        remark.add_column(sa.Column("waiting", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('one', 'several', 'unless')", name=op.f("ck_rule_kind")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_rule_event_id_event")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rule_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_rule_event_id_number")),
    )
    for name, more in (("agreement", [sa.Column("base", sa.Integer(), nullable=False)]), ("look", [])):
        op.create_table(
            name,
            sa.Column("proposal_id", sa.Integer(), nullable=False),
            sa.Column("person_id", sa.Integer(), nullable=False),
            *more,
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f(f"fk_{name}_proposal_id_proposal")),
            sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{name}_person_id_person")),
            sa.PrimaryKeyConstraint("proposal_id", "person_id", name=op.f(f"pk_{name}")),
        )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("hidden", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_because", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'answered', 'withdrawn')", name=op.f("ck_objection_state")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_objection_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_objection_person_id_person")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_objection_ended_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_proposal_id"), "objection", ["proposal_id"])
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse")),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )


def downgrade() -> None:
    for name in ("outage", "pulse", "objection", "look", "agreement", "rule"):
        op.drop_table(name)
    with op.batch_alter_table("remark") as remark:
        remark.drop_column("waiting")
    with op.batch_alter_table("proposal") as proposal:
        proposal.drop_index("ix_proposal_state_deadline")
        proposal.drop_constraint(op.f("fk_proposal_replaces_proposal"), type_="foreignkey")
        proposal.drop_constraint(op.f("fk_proposal_claimed_by_person"), type_="foreignkey")
        for name in ("claimed_by", "claimed", "replaces", "deadline", "rule"):
            proposal.drop_column(name)
    with op.batch_alter_table("revision") as revision_table:
        revision_table.alter_column(
            "rule", existing_type=sa.String(length=200), type_=sa.String(length=80), existing_nullable=False
        )
    with op.batch_alter_table("event") as event:
        event.drop_column("timezone")
        event.drop_column("readers_remark")

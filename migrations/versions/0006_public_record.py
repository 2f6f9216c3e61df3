"""Where passages of published texts come from, their index; hidden texts; what people say is about them"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TAKEN_BACK = sa.text("withdraws IS NOT NULL")
LAID = "fts5(folded, content='passage', content_rowid='id', tokenize='ascii')"
VECTOR = "gin (array_to_tsvector(string_to_array(folded, ' ')))"
NOW_IN, ONCE_IN = (
    f"INSERT INTO passage_index_{name}(rowid, folded) VALUES (new.id, new.folded);" for name in ("now", "once")
)
NOW_OUT, ONCE_OUT = (
    f"INSERT INTO passage_index_{name}(passage_index_{name}, rowid, folded) VALUES ('delete', old.id, old.folded);"
    for name in ("now", "once")
)
MOVED = "UPDATE OF until ON passage WHEN"
TRIGGERS = {
    "put_now": ("INSERT ON passage WHEN new.until IS NULL", NOW_IN),
    "put_once": ("INSERT ON passage WHEN new.until IS NOT NULL", ONCE_IN),
    "went": (f"{MOVED} old.until IS NULL AND new.until IS NOT NULL", f"{NOW_OUT}{ONCE_IN}"),
    "came_back": (f"{MOVED} old.until IS NOT NULL AND new.until IS NULL", f"{ONCE_OUT}{NOW_IN}"),
    "out_now": ("DELETE ON passage WHEN old.until IS NULL", NOW_OUT),
    "out_once": ("DELETE ON passage WHEN old.until IS NOT NULL", ONCE_OUT),
}
INDEX = {
    "sqlite": (
        *(f"CREATE VIRTUAL TABLE passage_index_{name} USING {LAID}" for name in ("now", "once")),
        *(
            f"CREATE TRIGGER passage_index_{name} AFTER {when} BEGIN {act} END"
            for name, (when, act) in TRIGGERS.items()
        ),
    ),
    "postgresql": (
        f"CREATE INDEX passage_index ON passage USING {VECTOR}",
        f"CREATE INDEX passage_index_now ON passage USING {VECTOR} WHERE until IS NULL",
    ),
}


def upgrade() -> None:
    with op.batch_alter_table("draft") as draft:
        draft.add_column(sa.Column("hidden", sa.DateTime(timezone=True), nullable=True))
        draft.add_column(sa.Column("hidden_because", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("revision") as row:
        row.add_column(sa.Column("replaces", sa.String(length=40), nullable=True))
    op.create_table(
        "redaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("first_place", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_redaction_event_id_event")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_redaction_draft_id_draft")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_redaction_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_redaction_event_id_number")),
    )
    op.create_table(
        "retired",
        sa.Column("commit_id", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("redaction_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_retired_event_id_event")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_retired_revision_id_revision")),
        sa.ForeignKeyConstraint(["redaction_id"], ["redaction.id"], name=op.f("fk_retired_redaction_id_redaction")),
        sa.PrimaryKeyConstraint("commit_id", name=op.f("pk_retired")),
    )
    op.create_index(op.f("ix_retired_event_id"), "retired", ["event_id"])
    op.create_index(op.f("ix_retired_redaction_id"), "retired", ["redaction_id"])
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_concern_event_id_event")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_concern_draft_id_draft")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_concern_ended_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("token", name=op.f("uq_concern_token")),
    )
    op.create_index("ix_concern_event_id_ended", "concern", ["event_id", "ended"])
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_passage_event_id_event")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_passage_draft_id_draft")),
        sa.ForeignKeyConstraint(["before_id"], ["passage.id"], name=op.f("fk_passage_before_id_passage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    op.create_index(op.f("ix_passage_event_id"), "passage", ["event_id"])
    op.create_index("ix_passage_draft_id_until", "passage", ["draft_id", "until"])
    for statement in INDEX[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "lineage",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_lineage_revision_id_revision")),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_lineage")),
    )
    op.create_table(
        "source",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["passage_id"], ["passage.id"], name=op.f("fk_source_passage_id_passage")),
        sa.ForeignKeyConstraint(["remark_id"], ["remark.id"], name=op.f("fk_source_remark_id_remark")),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_source")),
    )
    op.create_index(op.f("ix_source_remark_id"), "source", ["remark_id"])
    op.create_index("ix_revision_withdraws", "revision", ["draft_id", "withdraws"], sqlite_where=TAKEN_BACK,
                    postgresql_where=TAKEN_BACK)  # fmt: skip
    op.create_index(op.f("ix_proposal_revision_id"), "proposal", ["revision_id"])
    op.create_index("ix_remark_draft_id_decided", "remark", ["draft_id", "decided"])


def downgrade() -> None:
    op.drop_table("concern")
    op.drop_table("retired")
    op.drop_table("redaction")
    with op.batch_alter_table("revision") as row:
        row.drop_column("replaces")
    with op.batch_alter_table("draft") as draft:
        draft.drop_column("hidden_because")
        draft.drop_column("hidden")
    op.drop_index("ix_remark_draft_id_decided", "remark")
    op.drop_index("ix_revision_withdraws", "revision")
    op.drop_index(op.f("ix_proposal_revision_id"), "proposal")
    op.drop_table("source")
    op.drop_table("lineage")
    if op.get_bind().dialect.name == "sqlite":
        for name in ("now", "once"):
            op.execute(f"DROP TABLE passage_index_{name}")
    op.drop_table("passage")

"""Every event is announced everywhere: its own accounts in the fediverse, and channels with rules"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("back", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
    )
    with op.batch_alter_table("registration") as batch_op:
        batch_op.create_index(op.f("ix_registration_address"), ["address"])

    op.create_table(
        "remote_actor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=500), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("inbox", sa.String(length=500), nullable=False),
        sa.Column("shared_inbox", sa.String(length=500), nullable=False),
        sa.Column("fetched", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_actor")),
        sa.UniqueConstraint("key_id", name=op.f("uq_remote_actor_key_id")),
    )
    with op.batch_alter_table("remote_actor") as batch_op:
        batch_op.create_index(op.f("ix_remote_actor_uri"), ["uri"])

    op.create_table(
        "seen_activity",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_seen_activity")),
    )
    with op.batch_alter_table("seen_activity") as batch_op:
        batch_op.create_index(op.f("ix_seen_activity_at"), ["at"])

    op.create_table(
        "server",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("scheme_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.Column("blocked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_because", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server")),
        sa.UniqueConstraint("host", name=op.f("uq_server_host")),
    )
    op.create_table(
        "follower",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=81), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("inbox", sa.String(length=500), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_follower_event_id_event")),
        sa.ForeignKeyConstraint(["server_id"], ["server.id"], name=op.f("fk_follower_server_id_server")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
        sa.UniqueConstraint("handle", "uri", name=op.f("uq_follower_handle_uri")),
    )
    with op.batch_alter_table("follower") as batch_op:
        batch_op.create_index(op.f("ix_follower_event_id"), ["event_id"])
        batch_op.create_index(op.f("ix_follower_server_id"), ["server_id"])
        batch_op.create_index(op.f("ix_follower_uri"), ["uri"])

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=81), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_note_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("key", name=op.f("uq_note_key")),
    )
    with op.batch_alter_table("note") as batch_op:
        batch_op.create_index(op.f("ix_note_event_id"), ["event_id"])
        batch_op.create_index(op.f("ix_note_handle"), ["handle"])

    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.Column("handle", sa.String(length=81), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("inboxes", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_activity_event_id_event")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_activity_note_id_note")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("uri", name=op.f("uq_activity_uri")),
    )
    with op.batch_alter_table("activity") as batch_op:
        batch_op.create_index(op.f("ix_activity_event_id"), ["event_id"])
        batch_op.create_index(op.f("ix_activity_note_id"), ["note_id"])

    op.create_table(
        "feed_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_feed_news_draft_id_draft")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_news")),
    )
    with op.batch_alter_table("feed_news") as batch_op:
        batch_op.create_index(op.f("ix_feed_news_draft_id"), ["draft_id"])
        batch_op.create_index(
            "ix_feed_news_untold",
            ["not_before"],
            sqlite_where=sa.text("told IS NULL"),
            postgresql_where=sa.text("told IS NULL"),
        )

    op.create_table(
        "quote_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("quoting", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_quote_consent_note_id_note")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_consent")),
        sa.UniqueConstraint("note_id", "quoting", name=op.f("uq_quote_consent_note_id_quoting")),
    )
    op.create_table(
        "dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("inbox", sa.String(length=500), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_dispatch_activity_id_activity")),
        sa.ForeignKeyConstraint(["server_id"], ["server.id"], name=op.f("fk_dispatch_server_id_server")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("activity_id", "inbox", name=op.f("uq_dispatch_activity_id_inbox")),
    )
    with op.batch_alter_table("dispatch") as batch_op:
        batch_op.create_index(op.f("ix_dispatch_server_id"), ["server_id"])

    with op.batch_alter_table("channel") as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=10), server_default="every", nullable=False))
        batch_op.add_column(sa.Column("digest_minutes", sa.Integer(), server_default="60", nullable=False))
        batch_op.add_column(sa.Column("quiet_from", sa.String(length=5), server_default="", nullable=False))
        batch_op.add_column(sa.Column("quiet_until", sa.String(length=5), server_default="", nullable=False))
        batch_op.add_column(sa.Column("hashtags", sa.String(length=130), server_default="", nullable=False))
        batch_op.add_column(sa.Column("approves", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("attention", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("attention_since", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("delivery") as batch_op:
        batch_op.add_column(sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("words", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("joined_to", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hurried", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_constraint(op.f("uq_delivery_revision_id_channel_id"), type_="unique")
        batch_op.create_index(op.f("ix_delivery_joined_to"), ["joined_to"])
        batch_op.create_unique_constraint(
            op.f("uq_delivery_revision_id_channel_id_turn"), ["revision_id", "channel_id", "turn"]
        )
        batch_op.create_foreign_key(op.f("fk_delivery_joined_to_delivery"), "delivery", ["joined_to"], ["id"])

    channel = sa.table(
        "channel", *(sa.column(name) for name in ("event_id", "kind", "name", "address", "secret", "created"))
    )
    event = sa.table("event", sa.column("id"), sa.column("created"))
    nothing = sa.literal(b"", sa.LargeBinary())
    own = sa.select(
        event.c.id, sa.literal("fediverse"), sa.literal("Fediverse"), sa.literal(""), nothing, event.c.created
    )
    op.execute(sa.insert(channel).from_select([column.name for column in channel.columns], own))


def downgrade() -> None:
    op.execute("DELETE FROM delivery WHERE channel_id IN (SELECT id FROM channel WHERE kind = 'fediverse')")
    op.execute("DELETE FROM channel WHERE kind = 'fediverse'")
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_constraint(op.f("fk_delivery_joined_to_delivery"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_delivery_revision_id_channel_id_turn"), type_="unique")
        batch_op.drop_index(op.f("ix_delivery_joined_to"))
        batch_op.create_unique_constraint(op.f("uq_delivery_revision_id_channel_id"), ["revision_id", "channel_id"])
        batch_op.drop_column("hurried")
        batch_op.drop_column("joined_to")
        batch_op.drop_column("words")
        batch_op.drop_column("turn")

    with op.batch_alter_table("channel") as batch_op:
        batch_op.drop_column("attention_since")
        batch_op.drop_column("attention")
        batch_op.drop_column("approves")
        batch_op.drop_column("hashtags")
        batch_op.drop_column("quiet_until")
        batch_op.drop_column("quiet_from")
        batch_op.drop_column("digest_minutes")
        batch_op.drop_column("rule")

    with op.batch_alter_table("dispatch") as batch_op:
        batch_op.drop_index(op.f("ix_dispatch_server_id"))

    op.drop_table("dispatch")
    op.drop_table("quote_consent")
    with op.batch_alter_table("feed_news") as batch_op:
        batch_op.drop_index(
            "ix_feed_news_untold", sqlite_where=sa.text("told IS NULL"), postgresql_where=sa.text("told IS NULL")
        )
        batch_op.drop_index(op.f("ix_feed_news_draft_id"))

    op.drop_table("feed_news")
    with op.batch_alter_table("activity") as batch_op:
        batch_op.drop_index(op.f("ix_activity_note_id"))
        batch_op.drop_index(op.f("ix_activity_event_id"))

    op.drop_table("activity")
    with op.batch_alter_table("note") as batch_op:
        batch_op.drop_index(op.f("ix_note_handle"))
        batch_op.drop_index(op.f("ix_note_event_id"))

    op.drop_table("note")
    with op.batch_alter_table("follower") as batch_op:
        batch_op.drop_index(op.f("ix_follower_uri"))
        batch_op.drop_index(op.f("ix_follower_server_id"))
        batch_op.drop_index(op.f("ix_follower_event_id"))

    op.drop_table("follower")
    op.drop_table("server")
    with op.batch_alter_table("seen_activity") as batch_op:
        batch_op.drop_index(op.f("ix_seen_activity_at"))

    op.drop_table("seen_activity")
    with op.batch_alter_table("remote_actor") as batch_op:
        batch_op.drop_index(op.f("ix_remote_actor_uri"))

    op.drop_table("remote_actor")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_index(op.f("ix_registration_address"))

    op.drop_table("registration")

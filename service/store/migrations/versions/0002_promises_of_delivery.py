"""What the promises of delivery need: a sender's pace and holds, pulls, copies, a reply's place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STARTED = "lane >= 3 AND claimed_at IS NOT NULL"
QUEUED = "state = 'queued'"
DOUBTFUL = "state IN ('sending', 'unknown') AND settled_at IS NULL"
SENT = "state = 'sent'"
COPY = "copy_of IS NOT NULL"
UNREAD = "processed_at IS NULL"


# A line of the ledger goes with its contact alone: that deletion is made by a trigger of the
# foreign key, so it is never the outermost one.
NO_DELETE = """
CREATE FUNCTION consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2
    THEN RAISE EXCEPTION 'the consent ledger is append-only';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER consents_stay BEFORE DELETE ON consents
    FOR EACH ROW EXECUTE FUNCTION consents_stay();
"""


def upgrade() -> None:
    """Forwards."""
    op.execute(NO_DELETE)
    op.add_column(
        "senders",
        sa.Column("segments_per_second", sa.Float(), server_default="1", nullable=False),
    )
    op.add_column("senders", sa.Column("free_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("senders", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("senders", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("senders", sa.Column("held_code", sa.BigInteger(), nullable=True))
    for flag in ("held_by_report", "pull_failed"):
        op.add_column(
            "senders", sa.Column(flag, sa.Boolean(), server_default="false", nullable=False)
        )
    op.add_column("senders", sa.Column("pull_wanted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "senders", sa.Column("refusals", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.add_column("senders", sa.Column("pulled_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("senders", sa.Column("pull_ended_at", sa.DateTime(timezone=True), nullable=True))
    # What is there already is not fetched from the very beginning.
    op.execute("UPDATE senders SET pulled_until = greatest(created_at, now() - interval '1 day')")

    op.add_column(
        "replies",
        sa.Column(
            "written_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )
    op.execute("UPDATE replies SET written_at = received_at")
    op.drop_index("ix_replies_waiting", table_name="replies")
    op.create_index(
        "ix_replies_waiting", "replies", ["written_at", "id"], postgresql_where=sa.text(UNREAD)
    )
    op.create_index(
        "ix_replies_unread",
        "replies",
        ["clinic_id", "from_hash", "written_at", "id"],
        postgresql_where=sa.text(UNREAD),
    )

    op.add_column("texts", sa.Column("copy_of", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_texts_copy_of"), "texts", "texts", ["copy_of"], ["id"], ondelete="SET NULL"
    )
    op.add_column(
        "texts", sa.Column("copies", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.add_column("texts", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "texts",
        sa.Column(
            "due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
    )
    op.execute("UPDATE texts SET due_at = greatest(created_at, send_after)")
    op.create_index(
        "ix_texts_started",
        "texts",
        ["contact_id", "claimed_at"],
        postgresql_where=sa.text(STARTED),
    )
    op.create_index(
        "ix_texts_of_sender",
        "texts",
        ["sender_id", "lane", "send_after", "id"],
        postgresql_where=sa.text(QUEUED),
    )
    op.create_index(
        "ix_texts_doubtful",
        "texts",
        ["lane", "asked_at", "id"],
        postgresql_where=sa.text(DOUBTFUL),
    )
    op.create_index("ix_texts_contact", "texts", ["contact_id", "id"])
    op.create_index("ix_texts_reply", "texts", ["reply_id"])
    op.create_index("ix_texts_copy_of", "texts", ["copy_of"], postgresql_where=sa.text(COPY))
    op.create_index("ix_texts_sent", "texts", ["sent_at"], postgresql_where=sa.text(SENT))


def downgrade() -> None:
    """Back."""
    op.execute("DROP TRIGGER consents_stay ON consents; DROP FUNCTION consents_stay")
    op.drop_index("ix_texts_sent", table_name="texts", postgresql_where=sa.text(SENT))
    op.drop_index("ix_texts_reply", table_name="texts")
    op.drop_index("ix_texts_contact", table_name="texts")
    op.drop_index("ix_texts_doubtful", table_name="texts", postgresql_where=sa.text(DOUBTFUL))
    op.drop_index("ix_texts_of_sender", table_name="texts", postgresql_where=sa.text(QUEUED))
    op.drop_index("ix_texts_started", table_name="texts", postgresql_where=sa.text(STARTED))
    op.drop_index("ix_texts_copy_of", table_name="texts", postgresql_where=sa.text(COPY))
    op.drop_column("texts", "due_at")
    op.drop_column("texts", "asked_at")
    op.drop_column("texts", "copies")
    op.drop_column("texts", "copy_of")
    op.drop_index("ix_replies_unread", table_name="replies", postgresql_where=sa.text(UNREAD))
    op.drop_index("ix_replies_waiting", table_name="replies", postgresql_where=sa.text(UNREAD))
    op.create_index("ix_replies_waiting", "replies", ["id"], postgresql_where=sa.text(UNREAD))
    op.drop_column("replies", "written_at")
    for column in (
        "pull_wanted_at",
        "pull_failed",
        "held_by_report",
        "pull_ended_at",
        "pulled_until",
        "refusals",
        "held_code",
        "held_since",
        "held_until",
        "free_at",
        "segments_per_second",
    ):
        op.drop_column("senders", column)

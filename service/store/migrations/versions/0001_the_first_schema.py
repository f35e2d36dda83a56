"""The first schema."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def an_id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def of_clinic() -> sa.Column[int]:
    return sa.Column("clinic_id", sa.BigInteger(), nullable=False)


def now(name: str) -> sa.Column[datetime]:
    default = sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=False)


def key_to(
    column: str, target: str, name: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(name), ondelete=ondelete)


def clinic_key(name: str) -> sa.ForeignKeyConstraint:
    return key_to("clinic_id", "clinics.id", name, "CASCADE")


# The ledger of consent is append-only: a line may lose its pointers when a reply or a staff
# account is erased, and goes with its contact; nothing else about it ever changes.
APPEND_ONLY = """
CREATE FUNCTION consents_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.clinic_id, NEW.contact_id, NEW.event, NEW.method, NEW.source,
        NEW.disclosure, NEW.occurred_at, NEW.recorded_at)
       IS DISTINCT FROM
       (OLD.id, OLD.clinic_id, OLD.contact_id, OLD.event, OLD.method, OLD.source,
        OLD.disclosure, OLD.occurred_at, OLD.recorded_at)
    THEN RAISE EXCEPTION 'the consent ledger is append-only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consents_append_only BEFORE UPDATE ON consents
    FOR EACH ROW EXECUTE FUNCTION consents_append_only();
"""


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "clinics",
        an_id(),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("booking_link", sa.String(length=200), nullable=False),
        sa.Column("offers", sa.ARRAY(sa.String(length=2)), nullable=False),
        now("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinics")),
        sa.UniqueConstraint("name", name=op.f("uq_clinics_name")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "packs",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        now("first_used_at"),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_packs")),
    )
    op.create_table(
        "contacts",
        an_id(),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("number_hash", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_hash", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        now("created_at"),
        of_clinic(),
        sa.CheckConstraint(
            "number_hash IS NOT NULL OR email_hash IS NOT NULL", name=op.f("ck_contacts_address")
        ),
        clinic_key("fk_contacts_clinic_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint(
            "clinic_id", "email_hash", name=op.f("uq_contacts_clinic_id_email_hash")
        ),
        sa.UniqueConstraint(
            "clinic_id", "number_hash", name=op.f("uq_contacts_clinic_id_number_hash")
        ),
    )
    op.create_table(
        "senders",
        an_id(),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("messaging_service_sid", sa.String(length=34), nullable=True),
        now("created_at"),
        of_clinic(),
        sa.CheckConstraint("channel IN ('sms', 'email')", name=op.f("ck_senders_channel")),
        clinic_key("fk_senders_clinic_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_senders")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_senders_channel_address")),
    )
    op.create_index(
        op.f("ix_senders_messaging_service_sid"), "senders", ["messaging_service_sid"], unique=False
    )
    op.create_table(
        "staff",
        an_id(),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        now("created_at"),
        of_clinic(),
        clinic_key("fk_staff_clinic_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_staff_email_hash")),
    )
    op.create_table(
        "campaigns",
        an_id(),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        now("created_at"),
        of_clinic(),
        clinic_key("fk_campaigns_clinic_id"),
        key_to("staff_id", "staff.id", "fk_campaigns_staff_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_index("ix_campaigns_clinic", "campaigns", ["clinic_id", "id"], unique=False)
    op.create_table(
        "conversations",
        an_id(),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("opened_by", sa.String(length=10), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("suggestion", sa.String(length=7), nullable=True),
        sa.Column("lead", sa.String(length=2), nullable=True),
        sa.Column("flags", sa.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("booked", sa.Boolean(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        now("created_at"),
        now("last_message_at"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        of_clinic(),
        clinic_key("fk_conversations_clinic_id"),
        key_to("contact_id", "contacts.id", "fk_conversations_contact_id", "CASCADE"),
        key_to("sender_id", "senders.id", "fk_conversations_sender_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index("ix_conversations_contact", "conversations", ["contact_id", "id"], unique=False)
    op.create_index(
        "ix_conversations_inbox",
        "conversations",
        ["clinic_id", "last_message_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_conversations_open",
        "conversations",
        ["contact_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "reminders",
        an_id(),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("cancel_reason", sa.String(length=20), nullable=True),
        now("created_at"),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        of_clinic(),
        sa.CheckConstraint(
            "state IN ('due', 'sent', 'cancelled')", name=op.f("ck_reminders_state")
        ),
        clinic_key("fk_reminders_clinic_id"),
        key_to("conversation_id", "conversations.id", "fk_reminders_conversation_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    op.create_index(
        "ix_reminders_conversation", "reminders", ["conversation_id", "id"], unique=False
    )
    op.create_index(
        "ix_reminders_due",
        "reminders",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_table(
        "replies",
        an_id(),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.String(length=255), nullable=False),
        sa.Column("from_address", sa.LargeBinary(), nullable=False),
        sa.Column("from_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("media_count", sa.SmallInteger(), nullable=False),
        sa.Column("carrier_keyword", sa.String(length=5), nullable=True),
        now("received_at"),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("reading", sa.LargeBinary(), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        of_clinic(),
        clinic_key("fk_replies_clinic_id"),
        key_to("contact_id", "contacts.id", "fk_replies_contact_id", "CASCADE"),
        key_to("conversation_id", "conversations.id", "fk_replies_conversation_id", "CASCADE"),
        key_to("sender_id", "senders.id", "fk_replies_sender_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint(
            "provider", "provider_id", name=op.f("uq_replies_provider_provider_id")
        ),
    )
    op.create_index("ix_replies_conversation", "replies", ["conversation_id", "id"], unique=False)
    op.create_index(
        "ix_replies_waiting",
        "replies",
        ["id"],
        unique=False,
        postgresql_where=sa.text("processed_at IS NULL"),
    )
    op.create_table(
        "suggestions",
        an_id(),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("suggestion", sa.String(length=7), nullable=False),
        sa.Column("lead", sa.String(length=2), nullable=True),
        sa.Column("flags", sa.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("age_months", sa.SmallInteger(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("pack_version", sa.String(length=64), nullable=False),
        now("created_at"),
        of_clinic(),
        clinic_key("fk_suggestions_clinic_id"),
        key_to("conversation_id", "conversations.id", "fk_suggestions_conversation_id", "CASCADE"),
        key_to("pack_version", "packs.version", "fk_suggestions_pack_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index(
        "ix_suggestions_conversation", "suggestions", ["conversation_id", "id"], unique=False
    )
    op.create_table(
        "alerts",
        an_id(),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        of_clinic(),
        clinic_key("fk_alerts_clinic_id"),
        key_to("closed_by", "staff.id", "fk_alerts_closed_by", "SET NULL"),
        key_to("conversation_id", "conversations.id", "fk_alerts_conversation_id", "CASCADE"),
        key_to("reply_id", "replies.id", "fk_alerts_reply_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(
        "ix_alerts_clinic_open",
        "alerts",
        ["clinic_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["conversation_id", "kind"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "consents",
        an_id(),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("disclosure", sa.LargeBinary(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        now("recorded_at"),
        sa.Column("reply_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        of_clinic(),
        sa.CheckConstraint(
            "event IN ('granted', 'declined', 'revoked')", name=op.f("ck_consents_event")
        ),
        clinic_key("fk_consents_clinic_id"),
        key_to("contact_id", "contacts.id", "fk_consents_contact_id", "CASCADE"),
        key_to("reply_id", "replies.id", "fk_consents_reply_id", "SET NULL"),
        key_to("staff_id", "staff.id", "fk_consents_staff_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_latest", "consents", ["contact_id", "id"], unique=False)
    op.create_table(
        "texts",
        an_id(),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("segments", sa.SmallInteger(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("error_code", sa.BigInteger(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=30), nullable=True),
        now("created_at"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        of_clinic(),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed',"
            " 'cancelled', 'unknown')",
            name=op.f("ck_texts_state"),
        ),
        clinic_key("fk_texts_clinic_id"),
        key_to("contact_id", "contacts.id", "fk_texts_contact_id", "CASCADE"),
        key_to("conversation_id", "conversations.id", "fk_texts_conversation_id", "CASCADE"),
        key_to("reply_id", "replies.id", "fk_texts_reply_id", "SET NULL"),
        key_to("sender_id", "senders.id", "fk_texts_sender_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sa.UniqueConstraint("clinic_id", "dedupe_key", name=op.f("uq_texts_clinic_id_dedupe_key")),
    )
    op.create_index("ix_texts_conversation", "texts", ["conversation_id", "id"], unique=False)
    op.create_index(
        "ix_texts_open",
        "texts",
        ["contact_id", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'sending', 'unknown')"),
    )
    op.create_index("ix_texts_provider_id", "texts", ["provider_id"], unique=False)
    op.create_index(
        "ix_texts_next",
        "texts",
        ["lane", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_texts_waiting",
        "texts",
        ["send_after", "lane", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "recipients",
        an_id(),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=160), nullable=False),
        sa.Column("given", sa.LargeBinary(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("text_id", sa.BigInteger(), nullable=True),
        of_clinic(),
        sa.CheckConstraint(
            "outcome IN ('good', 'bad', 'duplicate', 'opted_out', 'no_consent')",
            name=op.f("ck_recipients_outcome"),
        ),
        key_to("campaign_id", "campaigns.id", "fk_recipients_campaign_id", "CASCADE"),
        clinic_key("fk_recipients_clinic_id"),
        key_to("contact_id", "contacts.id", "fk_recipients_contact_id", "SET NULL"),
        key_to("text_id", "texts.id", "fk_recipients_text_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("campaign_id", "line", name=op.f("uq_recipients_campaign_id_line")),
    )
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    """Back."""
    op.drop_table("recipients")
    op.drop_index(
        "ix_texts_waiting", table_name="texts", postgresql_where=sa.text("state = 'queued'")
    )
    op.drop_index(
        "ix_texts_open",
        table_name="texts",
        postgresql_where=sa.text("state IN ('queued', 'sending', 'unknown')"),
    )
    op.drop_index("ix_texts_conversation", table_name="texts")
    op.drop_table("texts")
    op.drop_index("ix_consents_latest", table_name="consents")
    op.drop_table("consents")
    op.execute("DROP FUNCTION consents_append_only")
    op.drop_index(
        "uq_alerts_open", table_name="alerts", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_index(
        "ix_alerts_clinic_open", table_name="alerts", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_table("alerts")
    op.drop_index("ix_suggestions_conversation", table_name="suggestions")
    op.drop_table("suggestions")
    op.drop_index(
        "ix_replies_waiting", table_name="replies", postgresql_where=sa.text("processed_at IS NULL")
    )
    op.drop_index("ix_replies_conversation", table_name="replies")
    op.drop_table("replies")
    op.drop_index(
        "ix_reminders_due", table_name="reminders", postgresql_where=sa.text("state = 'due'")
    )
    op.drop_index("ix_reminders_conversation", table_name="reminders")
    op.drop_table("reminders")
    op.drop_index(
        "uq_conversations_open",
        table_name="conversations",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_conversations_inbox", table_name="conversations")
    op.drop_table("conversations")
    op.drop_index("ix_campaigns_clinic", table_name="campaigns")
    op.drop_table("campaigns")
    op.drop_table("staff")
    op.drop_table("senders")
    op.drop_table("contacts")
    op.drop_table("packs")
    op.drop_table("heartbeats")
    op.drop_table("clinics")

"""Email: what a mail tells besides its words, how far sending came, and what each channel may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RIDES = "rides_with IS NOT NULL"


def upgrade() -> None:
    """Forwards."""
    for column in ("number_refused_at", "email_refused_at"):
        op.add_column("contacts", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "contacts",
        sa.Column("soft_bounces", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.add_column("consents", sa.Column("channel", sa.String(5), nullable=True))
    op.add_column("replies", sa.Column("mail", sa.LargeBinary(), nullable=True))
    op.add_column(
        "replies", sa.Column("automatic", sa.Boolean(), server_default="false", nullable=False)
    )
    op.alter_column("texts", "provider_id", type_=sa.String(255))
    op.add_column("texts", sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("texts", sa.Column("rides_with", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_texts_rides_with"), "texts", "texts", ["rides_with"], ["id"], ondelete="SET NULL"
    )
    op.create_index("ix_texts_rides_with", "texts", ["rides_with"], postgresql_where=sa.text(RIDES))


def downgrade() -> None:
    """Back. Message-IDs that are too long for the old column are cut, mails that wait are cancelled
    (the code before this would hand them to the carrier of texts), and who stopped mails alone has
    stopped everything: the ledger may not forget."""
    op.execute(
        "UPDATE texts SET state = 'cancelled', cancel_reason = 'outdated', settled_at = now()"
        " WHERE channel = 'email' AND state IN ('queued', 'sending', 'unknown')"
    )
    op.drop_index("ix_texts_rides_with", table_name="texts", postgresql_where=sa.text(RIDES))
    op.drop_column("texts", "rides_with")
    op.drop_column("texts", "handed_at")
    op.alter_column(
        "texts",
        "provider_id",
        type_=sa.String(64),
        postgresql_using="left(provider_id, 64)",
    )
    op.drop_column("replies", "automatic")
    op.drop_column("replies", "mail")
    op.drop_column("consents", "channel")
    for column in ("soft_bounces", "email_refused_at", "number_refused_at"):
        op.drop_column("contacts", column)

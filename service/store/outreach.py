"""Campaigns and what became of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.store.models import Campaign, ConversationRow, Recipient, TextRow


def last_conversations(session: Session, contact_ids: Sequence[int]) -> dict[int, ConversationRow]:
    """The newest conversation of each of these contacts that ever had one."""
    rows = session.scalars(
        select(ConversationRow)
        .where(ConversationRow.contact_id.in_(contact_ids))
        .ext(distinct_on(ConversationRow.contact_id))
        .order_by(ConversationRow.contact_id, ConversationRow.id.desc())
    )
    return {row.contact_id: row for row in rows}


def campaigns(session: Session, clinic_id: int, limit: int) -> list[Campaign]:
    """The clinic's newest campaigns."""
    return list(
        session.scalars(
            select(Campaign)
            .where(Campaign.clinic_id == clinic_id)
            .order_by(Campaign.id.desc())
            .limit(limit)
        )
    )


def campaign(session: Session, clinic_id: int, campaign_id: int) -> Campaign | None:
    """One campaign of this clinic."""
    return session.scalars(
        select(Campaign).where(Campaign.clinic_id == clinic_id, Campaign.id == campaign_id)
    ).first()


def outcomes(session: Session, campaign_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many rows of each campaign had each outcome."""
    counts: dict[int, dict[str, int]] = {campaign_id: {} for campaign_id in campaign_ids}
    for campaign_id, outcome, number in session.execute(
        select(Recipient.campaign_id, Recipient.outcome, func.count())
        .where(Recipient.campaign_id.in_(campaign_ids))
        .group_by(Recipient.campaign_id, Recipient.outcome)
    ):
        counts[campaign_id][outcome] = number
    return counts


def progress(session: Session, campaign_id: int) -> list[Row[str, int, datetime]]:
    """For each state: how many invitations are in it, and when the first of them may go out."""
    return list(
        session.execute(
            select(TextRow.state, func.count(), func.min(TextRow.send_after))
            .join(Recipient, Recipient.text_id == TextRow.id)
            .where(Recipient.campaign_id == campaign_id)
            .group_by(TextRow.state)
        ).all()
    )


def not_invited(session: Session, campaign_id: int, limit: int) -> list[Recipient]:
    """The rows of a campaign that were not invited, by line."""
    return list(
        session.scalars(
            select(Recipient)
            .where(Recipient.campaign_id == campaign_id, Recipient.outcome != "good")
            .order_by(Recipient.line)
            .limit(limit)
        )
    )

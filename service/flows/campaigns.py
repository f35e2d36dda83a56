"""Looking at campaigns: what there are, and how far one has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.flows.outreach_list import Outcome, RowOutcome
from service.flows.services import Services
from service.store import outreach


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """A campaign in a list."""

    id: int
    name: str
    created_at: datetime
    good: int
    left_out: int


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """How far a campaign has come. ``rows`` are the first rows that were not invited."""

    id: int
    name: str
    created_at: datetime
    good: int
    bad: int
    duplicate: int
    opted_out: int
    no_consent: int
    waiting: int
    sent: int
    delivered: int
    failed: int
    cancelled: int
    next_send_at: datetime | None
    rows: tuple[RowOutcome, ...]


def campaigns(services: Services, clinic_id: int, limit: int = 50) -> tuple[CampaignSummary, ...]:
    """The clinic's newest campaigns."""
    with services.database.transaction() as session:
        rows = outreach.campaigns(session, clinic_id, limit)
        counts = outreach.outcomes(session, [row.id for row in rows])
    return tuple(
        CampaignSummary(
            row.id,
            row.name,
            row.created_at,
            good := counts[row.id].get("good", 0),
            sum(counts[row.id].values()) - good,
        )
        for row in rows
    )


def campaign(
    services: Services, clinic_id: int, campaign_id: int, limit: int = 5000
) -> CampaignProgress | None:
    """One campaign with its progress, or None where this clinic has no such campaign."""
    with services.database.transaction() as session:
        row = outreach.campaign(session, clinic_id, campaign_id)
        if row is None:
            return None
        counts = outreach.outcomes(session, [row.id])[row.id]
        states = {r[0]: (r[1], r[2]) for r in outreach.progress(session, row.id)}
        left_out = outreach.not_invited(session, row.id, limit)

    def in_states(*names: str) -> int:
        return sum(states[name][0] for name in names if name in states)

    return CampaignProgress(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        good=counts.get("good", 0),
        bad=counts.get("bad", 0),
        duplicate=counts.get("duplicate", 0),
        opted_out=counts.get("opted_out", 0),
        no_consent=counts.get("no_consent", 0),
        waiting=in_states("queued", "sending", "unknown"),
        sent=in_states("sent"),
        delivered=in_states("delivered"),
        failed=in_states("failed", "undelivered"),
        cancelled=in_states("cancelled"),
        next_send_at=states["queued"][1] if "queued" in states else None,
        rows=tuple(
            RowOutcome(item.line, Outcome(item.outcome), item.reason, item.given or "")
            for item in left_out
        ),
    )

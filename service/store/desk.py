"""Alerts, closed by staff or by the parent's own next words (``staff_id`` None)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind
from service.store.models import AlertRow, ConversationRow


def close_alert(session: Session, row: ConversationRow, alert_id: int, staff_id: int) -> bool:
    """Close one alert of a conversation; False where it has no such alert.

    Closing it a second time (a second click, two people) changes nothing.
    """
    alert = session.get(AlertRow, alert_id)
    if alert is None or (alert.clinic_id, alert.conversation_id) != (row.clinic_id, row.id):
        return False
    _close(session, row, AlertRow.id == alert_id, staff_id)
    return True


def close_kinds(
    session: Session, row: ConversationRow, kinds: tuple[AlertKind, ...], staff_id: int | None
) -> None:
    """Close a conversation's open alerts of these kinds."""
    _close(session, row, AlertRow.kind.in_([kind.value for kind in kinds]), staff_id)


def _close(
    session: Session, row: ConversationRow, which: ColumnElement[bool], staff_id: int | None
) -> None:
    session.execute(
        update(AlertRow)
        .where(
            AlertRow.clinic_id == row.clinic_id,
            AlertRow.conversation_id == row.id,
            AlertRow.closed_at.is_(None),
            which,
        )
        .values(closed_at=func.now(), closed_by=staff_id)
    )

"""Settling mails in doubt, by what SMTP can prove: before its last dot no server has a mail.

One whose sender died before that is tried again. One whose dot went out and whose answer was lost
is never sent again by itself: its bounce or the parent's answer settles it (both carry its
Message-ID), or after an hour a person asks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog

from service.domain.delivery import TextState
from service.flows.services import Nudge, Services
from service.flows.settle import STALE
from service.flows.text_fate import give_to_a_person, put_back
from service.store import doubts

log = structlog.get_logger()

A_PERSON_AFTER = timedelta(hours=1)
"""Nobody can be asked about a mail, so waiting a day as for a text would gain nothing."""
AT_ONCE = 200


def settle_mails(services: Services, stale: timedelta = STALE) -> int:
    """Find out what became of mails whose sender died or lost the answer; how many were settled."""
    settled = 0
    while True:
        with services.database.transaction() as session:
            found = doubts.lock_stale_mails(session, stale, A_PERSON_AFTER, AT_ONCE)
            now = datetime.now(UTC)
            for text in found:
                text.state = TextState.UNKNOWN.value
                if text.handed_at is None:
                    put_back(services, session, text, now)
                    settled += 1
                elif text.claimed_at is not None and now - text.claimed_at > A_PERSON_AFTER:
                    give_to_a_person(session, text, now)
                    log.error("mail never settled", text=text.id)
        if len(found) < AT_ONCE:
            break
    if settled:
        services.nudge(Nudge.TEXTS)
    return settled

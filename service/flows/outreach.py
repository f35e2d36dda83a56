"""Reaching out: a clinic's list becomes invitations, each family once, in their sending hours."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain.conversation import (
    Clinic,
    ConsentEvent,
    Conversation,
    Policy,
    open_by_clinic,
)
from service.domain.conversation.state import KnownAge
from service.flows.outreach_list import Invitee, ListError, Outcome, RowOutcome, open_list
from service.flows.services import Nudge, Services, place_of
from service.flows.turns import store_turn
from service.store import clinics, contacts, conversations, outreach
from service.store.clinics import SenderRef
from service.store.models import Campaign, Contact, Recipient

BATCH = 200
"""Rows stored together; progress shows after each batch, and a crash loses none that was shown."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a list: how many are invited, and every other row with its reason."""

    campaign_id: int
    good: int
    rows: tuple[RowOutcome, ...]
    header: tuple[str, ...]
    """The columns as the file named them."""

    def count(self, outcome: Outcome) -> int:
        """How many rows had this outcome."""
        if outcome is Outcome.GOOD:
            return self.good
        return sum(row.outcome is outcome for row in self.rows)


def invite(
    services: Services,
    clinic_id: int,
    file: BinaryIO,
    *,
    name: str,
    staff_id: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Invite every good row of a CSV file, once. ``progress`` hears the rows done so far.

    A row is not invited where the list is wrong about it, where the same number stands above it
    or was invited before, where the parent said stop, or where it does not say that the parent
    agreed. Raises ``ListError`` where the file cannot be used at all; rows before a break in
    the file are then already invited, and sending the mended file again doubles none of them.
    """
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        sender = clinics.sender_of(session, clinic_id, "sms")
        if sender is None:
            raise ListError("this clinic has no number to send from; add one first")
        facts = clinics.facts(session, clinic_id)
        listed = open_list(file, now.astimezone(ZoneInfo(facts.time_zone)).date())
        campaign = Campaign(clinic_id=clinic_id, name=name[:120], staff_id=staff_id)
        session.add(campaign)
        session.flush()
        campaign_id = campaign.id
    writer = _Writer(services, facts, sender, campaign_id)
    left_out: list[RowOutcome] = []
    good = done = 0
    rows = iter(listed.rows)
    while batch := list(itertools.islice(rows, BATCH)):
        refused = writer.write(batch)
        left_out += refused
        good += len(batch) - len(refused)
        done += len(batch)
        services.nudge(Nudge.TEXTS)
        if progress is not None:
            progress(done)
    return Report(campaign_id, good, tuple(left_out), listed.header)


class _Writer:
    """Stores a list batch by batch, remembering the numbers it has seen."""

    def __init__(
        self, services: Services, clinic: Clinic, sender: SenderRef, campaign_id: int
    ) -> None:
        self._services = services
        self._clinic = clinic
        self._sender = sender
        self._campaign_id = campaign_id
        self._line_of: dict[bytes, int] = {}

    def write(self, batch: Sequence[Invitee | RowOutcome]) -> list[RowOutcome]:
        """Store one batch in one transaction; the rows that are not invited."""
        with self._services.database.transaction() as session:
            refused = [row for row in batch if isinstance(row, RowOutcome)]
            invitees = [row for row in batch if isinstance(row, Invitee)]
            fresh, twice = self._without_twins(session, invitees)
            people = self._people(session, fresh)
            # Sorted locks: two lists with the same families never wait for each other in a ring.
            for contact_id in sorted(contact.id for contact in people.values()):
                contacts.lock(session, self._sender.clinic_id, contact_id)
            ids = [contact.id for contact in people.values()]
            consent = contacts.consent_of(session, ids)
            before = outreach.last_conversations(session, ids)
            own = clinics.senders_among(session, list(people))
            emails = [row.email for row in fresh if row.email]
            stopped_emails = contacts.stopped_emails(session, self._sender.clinic_id, emails)
            refused += twice
            for row in fresh:
                contact = people[row.number]
                if row.number in own:
                    refused.append(_refuse(row, Outcome.BAD, "number: is a clinic's own"))
                elif consent.get(contact.id) is ConsentEvent.REVOKED:
                    refused.append(_refuse(row, Outcome.OPTED_OUT, "the parent said stop"))
                elif row.email in stopped_emails:
                    reason = "email: at this address they said stop"
                    refused.append(_refuse(row, Outcome.OPTED_OUT, reason))
                elif contact.id in before:
                    day = before[contact.id].created_at.astimezone(ZoneInfo(self._clinic.time_zone))
                    reason = f"already in touch since {day:%Y-%m-%d}"
                    refused.append(_refuse(row, Outcome.DUPLICATE, reason))
                else:
                    self._invite(session, contact, row)
            session.add_all(self._recipient(row) for row in refused)
        return sorted(refused, key=lambda row: row.line)

    def _without_twins(
        self, session: Session, invitees: list[Invitee]
    ) -> tuple[list[Invitee], list[RowOutcome]]:
        fresh, twice = [], []
        for row in invitees:
            # Remembered by hash: a long list costs 32 bytes a row and keeps no numbers about.
            key = contacts.fingerprint_of(session, row.number)
            first = self._line_of.setdefault(key, row.line)
            if first == row.line:
                fresh.append(row)
            else:
                twice.append(_refuse(row, Outcome.DUPLICATE, f"same number as line {first}"))
        return fresh, twice

    def _people(self, session: Session, rows: list[Invitee]) -> dict[str, Contact]:
        """The contact of every row, by number; those that are new are made."""
        known = contacts.find_many(session, self._sender.clinic_id, [row.number for row in rows])
        # Sorted here too: two lists with the same new families insert them in the same order.
        new = sorted((r for r in rows if r.number not in known), key=lambda row: row.number)
        contacts.add_numbers(
            session,
            self._sender.clinic_id,
            [(row.number, row.name, row.language.value, row.time_zone) for row in new],
        )
        added = contacts.find_many(session, self._sender.clinic_id, [row.number for row in new])
        return known | added

    def _invite(self, session: Session, contact: Contact, row: Invitee) -> None:
        now = datetime.now(UTC)
        agreed = datetime.combine(
            row.consent_date, datetime.min.time(), ZoneInfo(self._clinic.time_zone)
        )
        contacts.record_consent(
            session, contact, ConsentEvent.GRANTED, "list", agreed, source=row.consent_source
        )
        age = None
        if row.child_age_months is not None:
            age = KnownAge(row.child_age_months, now.date())
        state = Conversation(language=row.language, age=age)
        place = place_of(self._services, contact, self._clinic)
        policy = Policy(self._clinic, self._services.packs, place)
        conversation = conversations.open_new(
            session, contact, self._sender.sender_id, state, opened_by="outreach", now=now
        )
        (text,) = store_turn(
            self._services,
            session,
            conversation,
            contact,
            open_by_clinic(state, policy, now),
            policy,
            now,
            dedupe_key=f"invitation:{conversation.id}",
        )
        recipient = self._recipient(row)
        recipient.contact_id, recipient.text_id = contact.id, text.id
        session.add(recipient)

    def _recipient(self, row: Invitee | RowOutcome) -> Recipient:
        outcome, reason = Outcome.GOOD, ""
        if isinstance(row, RowOutcome):
            outcome, reason = row.outcome, row.reason
        return Recipient(
            clinic_id=self._sender.clinic_id,
            campaign_id=self._campaign_id,
            line=row.line,
            outcome=outcome.value,
            reason=reason[:160],
            given=row.given,
        )


def _refuse(row: Invitee, outcome: Outcome, reason: str) -> RowOutcome:
    return RowOutcome(row.line, outcome, reason, row.given, row.row)


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

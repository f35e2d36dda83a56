"""Reaching out: a clinic's list becomes invitations, each family once, in their sending hours."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
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
from service.domain.vocabulary import Channel
from service.flows.outreach_list import Invitee, ListError, Outcome, RowOutcome, open_list
from service.flows.paths import can_reach
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
        senders = {
            channel: sender
            for channel in Channel
            if (sender := clinics.sender_of(session, clinic_id, channel.value))
        }
        if not senders:
            raise ListError("this clinic has no number to send from; add one first")
        facts = clinics.facts(session, clinic_id)
        listed = open_list(file, now.astimezone(ZoneInfo(facts.time_zone)).date())
        campaign = Campaign(clinic_id=clinic_id, name=name[:120], staff_id=staff_id)
        session.add(campaign)
        session.flush()
        campaign_id = campaign.id
    writer = _Writer(services, clinic_id, facts, senders, campaign_id)
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
        self,
        services: Services,
        clinic_id: int,
        clinic: Clinic,
        senders: Mapping[Channel, SenderRef],
        campaign_id: int,
    ) -> None:
        self._services = services
        self._clinic_id = clinic_id
        self._clinic = clinic
        self._senders = senders
        self._campaign_id = campaign_id
        self._line_of: dict[bytes, int] = {}
        self._by_email: dict[bytes, int] = {}
        self._invited: dict[int, int] = {}
        """The lines of the contacts that are invited: two rows may lead to one family."""

    def write(self, batch: Sequence[Invitee | RowOutcome]) -> list[RowOutcome]:
        """Store one batch in one transaction; the rows that are not invited."""
        with self._services.database.transaction() as session:
            refused = [row for row in batch if isinstance(row, RowOutcome)]
            invitees = [row for row in batch if isinstance(row, Invitee)]
            fresh, twice = self._without_twins(session, invitees)
            people = self._people(session, fresh)
            # Sorted locks: two lists with the same families never wait for each other in a ring.
            for contact_id in sorted({contact.id for contact in people.values()}):
                contacts.lock(session, self._clinic_id, contact_id)
            for row in fresh:
                self._complete(session, row, people[row.address])
            ids = [contact.id for contact in people.values()]
            consents = contacts.consents_of(session, ids)
            before = outreach.last_conversations(session, ids)
            emails = [row.email for row in fresh if row.email]
            own = clinics.senders_among(session, [*people, *emails])
            stopped_emails = contacts.stopped_emails(session, self._clinic_id, emails)
            refused += twice
            for row in fresh:
                contact = people[row.address]
                if row.address in own or row.email in own:
                    what = "number" if row.number in own else "email"
                    refused.append(_refuse(row, Outcome.BAD, f"{what}: is a clinic's own"))
                elif row.channel not in self._senders:
                    refused.append(_refuse(row, Outcome.BAD, _NO_SENDER[row.channel]))
                elif consents.of_all.get(contact.id) is ConsentEvent.REVOKED:
                    refused.append(_refuse(row, Outcome.OPTED_OUT, "the parent said stop"))
                elif row.email in stopped_emails:
                    reason = "email: at this address they said stop"
                    refused.append(_refuse(row, Outcome.OPTED_OUT, reason))
                elif contact.id in self._invited:
                    reason = f"same family as line {self._invited[contact.id]}"
                    refused.append(_refuse(row, Outcome.DUPLICATE, reason))
                elif contact.id in before:
                    day = before[contact.id].created_at.astimezone(ZoneInfo(self._clinic.time_zone))
                    reason = f"already in touch since {day:%Y-%m-%d}"
                    refused.append(_refuse(row, Outcome.DUPLICATE, reason))
                elif not can_reach(contact, row.channel, consents):
                    reason = f"this {'number' if row.number else 'address'} gets nothing"
                    refused.append(_refuse(row, Outcome.BAD, reason))
                else:
                    self._invite(session, contact, row)
                    self._invited[contact.id] = row.line
            session.add_all(self._recipient(row) for row in refused)
        return sorted(refused, key=lambda row: row.line)

    def _without_twins(
        self, session: Session, invitees: list[Invitee]
    ) -> tuple[list[Invitee], list[RowOutcome]]:
        fresh, twice = [], []
        for row in invitees:
            # Remembered by hash: a long list costs 32 bytes a row and keeps no numbers about.
            key = contacts.fingerprint_of(session, row.address)
            first = self._line_of.setdefault(key, row.line)
            if row.number and row.email:
                # The same family by email alone is one too many, above or below.
                email = contacts.fingerprint_of(session, row.email)
                first = min(first, self._by_email.get(email, first))
                self._line_of.setdefault(email, row.line)
            elif row.email:
                self._by_email.setdefault(key, row.line)
            if first == row.line:
                fresh.append(row)
            else:
                what = "number" if row.number else "address"
                twice.append(_refuse(row, Outcome.DUPLICATE, f"same {what} as line {first}"))
        return fresh, twice

    def _people(self, session: Session, rows: list[Invitee]) -> dict[str, Contact]:
        """The contact of every row, by its address; those that are new are made."""
        every = [each for row in rows for each in (row.number, row.email) if each]
        known = contacts.find_many(session, self._clinic_id, every)
        # Sorted here too: two lists with the same new families insert them in the same order.
        new = sorted(
            (r for r in rows if r.number not in known and r.email not in known),
            key=lambda row: row.address,
        )
        contacts.add_many(
            session,
            self._clinic_id,
            [
                contacts.NewContact(
                    row.number, row.email, row.name, row.language.value, row.time_zone
                )
                for row in new
            ],
        )
        known |= contacts.find_many(session, self._clinic_id, [row.address for row in new])
        people = {}
        for row in rows:
            contact = known.get(row.number or "") or known.get(row.email or "")
            # Else somebody is adding them this very moment, at another of their addresses.
            people[row.address] = contact or contacts.lock_or_add(
                session, self._clinic_id, row.address, row.language.value
            )
        return people

    def _complete(self, session: Session, row: Invitee, contact: Contact) -> None:
        """Write down the other address that the list knows of a contact (locked)."""
        if row.number and contact.number is None:
            contacts.give_number(session, contact, row.number)
        elif row.email and contact.email is None:
            contacts.give_email(session, contact, row.email)

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
            session,
            contact,
            self._senders[row.channel].sender_id,
            state,
            opened_by="outreach",
            now=now,
            channel=row.channel,
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
            clinic_id=self._clinic_id,
            campaign_id=self._campaign_id,
            line=row.line,
            outcome=outcome.value,
            reason=reason[:160],
            given=row.given,
        )


_NO_SENDER = {
    Channel.SMS: "number: this clinic has no number to send from",
    Channel.EMAIL: "email: this clinic sends no email yet (tandem clinic email)",
}


def _refuse(row: Invitee, outcome: Outcome, reason: str) -> RowOutcome:
    return RowOutcome(row.line, outcome, reason, row.given, row.row)

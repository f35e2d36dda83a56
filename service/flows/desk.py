"""What staff do with a conversation. Each is one transaction that locks the contact first.

Nothing here sends a text by itself: the parent hears from us when they write again, or through
the reminders that an action sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.channels.emails import NotAnEmail, to_email
from service.domain.conversation import AlertKind, ConsentEvent, Conversation, Policy
from service.domain.conversation.booking import FARTHEST_VISIT, booked, not_booked
from service.domain.reminders import Planned, before_visit
from service.domain.vocabulary import Channel
from service.flows.coming_back import come_back, wanted_reminders
from service.flows.fall_over import fall_over
from service.flows.paths import move, way_to
from service.flows.services import Nudge, Services, policy_for
from service.flows.stops import stop_texting
from service.store import clinics, contacts, conversations, desk, texts, thread
from service.store.models import Contact, ConversationRow
from service.store.state_json import load_conversation


class NotHere(LookupError):
    """This clinic has no such conversation or alert."""


class Refused(ValueError):
    """The action makes no sense as asked; one line for the person who asked."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A conversation with its contact locked, and what its answers depend on."""

    session: Session
    contact: Contact
    row: ConversationRow
    state: Conversation
    policy: Policy
    now: datetime

    @property
    def stopped(self) -> bool:
        return contacts.is_revoked(self.session, self.contact.id)


def mark_booked(
    services: Services, clinic_id: int, conversation_id: int, visit: date | None, staff_id: int
) -> int:
    """The evaluation is booked: booking reminders end, and a known day brings those before it.

    The same as when the parent says so (``advance``), without a text. Closes the alerts that
    asked for a booking. Gives how many reminders are planned. Raises ``Refused`` for a day that
    has passed or is absurdly far away.
    """
    with _opened(services, clinic_id, conversation_id) as it:
        if visit is not None:
            today = it.now.astimezone(ZoneInfo(it.policy.clinic.time_zone)).date()
            if not today <= visit <= today + FARTHEST_VISIT:
                raise Refused("the day of the visit must lie ahead, and within two years")
        plan: tuple[Planned, ...] = ()
        if visit is not None and not it.stopped:
            plan = before_visit(it.policy.packs.cadence, it.policy.place, visit, it.now)
        conversations.save(it.row, booked(it.state, visit))
        conversations.plan_reminders(it.session, it.row, plan, "booked", it.now)
        desk.close_kinds(it.session, it.row, (AlertKind.NOT_BOOKED, AlertKind.SILENT), staff_id)
        return len(plan)


def mark_not_booked(services: Services, clinic_id: int, conversation_id: int) -> int:
    """The visit fell through, or was marked by mistake: the follow-up goes on.

    Where a suggestion was given its booking reminders start anew from today, and those before
    the visit are cancelled. Gives how many are planned. Raises ``Refused`` where nothing is booked.
    """
    with _opened(services, clinic_id, conversation_id) as it:
        if not it.state.booked:
            raise Refused("nothing is booked here")
        open_again = not_booked(it.state)
        plan = () if it.stopped else wanted_reminders(open_again, it.policy, it.now)
        conversations.save(it.row, open_again)
        conversations.plan_reminders(it.session, it.row, plan, "not_booked", it.now)
        return len(plan)


def clear_pause(services: Services, clinic_id: int, conversation_id: int, staff_id: int) -> None:
    """A person has looked after a red flag: answers resume with the parent's next text.

    The alerts of the pause close with it; booking reminders, which waited, go on by themselves.
    """
    with _opened(services, clinic_id, conversation_id) as it:
        if not it.state.paused:
            raise Refused("texting is not paused here")
        conversations.save(it.row, replace(it.state, paused=False))
        kinds = (AlertKind.URGENT, AlertKind.CRISIS, AlertKind.WHILE_PAUSED)
        desk.close_kinds(it.session, it.row, kinds, staff_id)


def record_stop(
    services: Services, clinic_id: int, conversation_id: int, how: str, staff_id: int
) -> None:
    """The parent said stop to a person: nothing is sent from now on (design P7).

    ``how`` says where it was said, e.g. "On the phone". Waiting texts and reminders are
    cancelled in whatever conversation the parent has open. Doing it twice changes nothing.
    """
    with _opened(services, clinic_id, conversation_id) as it:
        if it.stopped:
            return
        stop_texting(
            it.session,
            it.contact,
            "staff",
            it.now,
            also=[it.row],
            source=how,
            staff_id=staff_id,
        )


def bring_back(
    services: Services, clinic_id: int, conversation_id: int, note: str, staff_id: int
) -> int:
    """The parent agreed to be texted again; ``note`` says how, and is kept in the ledger.

    Booking reminders that are still wanted start anew from today. Gives how many are planned.
    Raises ``Refused`` without a note, or where the parent never said stop.
    """
    note = note.strip()
    if not note:
        raise Refused("write down how the parent agreed")
    with _opened(services, clinic_id, conversation_id) as it:
        if not it.stopped:
            raise Refused("this parent has not said stop")
        return come_back(
            it.session,
            it.contact,
            it.policy,
            "staff",
            it.now,
            also=[it.row],
            source=note,
            staff_id=staff_id,
        )


def give_email(
    services: Services, clinic_id: int, conversation_id: int, written: str, staff_id: int
) -> bool:
    """The parent told a person their email address; whether the conversation goes on there now.

    It does where texts do not arrive: what failed last is mailed. Else the address is for the day
    on which they do not. Raises ``Refused`` for what is no address, or not theirs to have.
    """
    try:
        address = to_email(written)
    except NotAnEmail:
        raise Refused("that is not an email address") from None
    with _opened(services, clinic_id, conversation_id) as it:
        if it.stopped:
            raise Refused("this parent said stop")
        if clinics.sender_of(it.session, clinic_id, Channel.EMAIL.value) is None:
            raise Refused("this clinic sends no email yet")
        if clinics.senders_among(it.session, [address]):
            raise Refused("that is a clinic's own address")
        if not contacts.give_email(it.session, it.contact, address):
            raise Refused("another family has this address, or this one has no other")
        contacts.record_consent(
            it.session,
            it.contact,
            ConsentEvent.GRANTED,
            "staff",
            it.now,
            source="gave their email address",
            staff_id=staff_id,
            channel=Channel.EMAIL,
        )
        if it.contact.number is not None and it.contact.number_refused_at is None:
            return False
        for text in texts.last_failed(it.session, it.row):
            fall_over(services, it.session, it.row, it.contact, text, it.now)
        sender = way_to(it.session, it.contact, Channel.EMAIL)
        if sender is not None and it.row.channel != Channel.EMAIL:
            move(services, it.session, it.row, Channel.EMAIL, sender)
        moved = it.row.channel == Channel.EMAIL
        if moved:
            plan = wanted_reminders(it.state, it.policy, it.now)
            conversations.plan_reminders(it.session, it.row, plan, "back", it.now)
    if moved:
        services.nudge(Nudge.TEXTS)
    return moved


def close_alert(
    services: Services, clinic_id: int, conversation_id: int, alert_id: int, staff_id: int
) -> None:
    """A person has done what an alert asked for. Raises ``NotHere`` for an unknown alert."""
    with _opened(services, clinic_id, conversation_id) as it:
        if not desk.close_alert(it.session, it.row, alert_id, staff_id):
            raise NotHere("no such alert")


@contextmanager
def _opened(services: Services, clinic_id: int, conversation_id: int) -> Iterator[_Open]:
    with services.database.transaction() as session:
        found = thread.find(session, clinic_id, conversation_id)
        if found is None:
            raise NotHere("no such conversation")
        contact = contacts.lock(session, clinic_id, found.contact_id)
        # Read again under the lock: a reply may just have changed it.
        session.refresh(found)
        policy = policy_for(services, session, contact)
        state = load_conversation(found.state)
        yield _Open(session, contact, found, state, policy, datetime.now(UTC))

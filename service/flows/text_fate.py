"""What becomes of a text once the carrier has spoken: its state, and what that sets in motion.

News comes as the answer to our call, in a status callback, in the carrier's list, or when it is
asked. Whichever way, the same code has the same effect (``channels/errors.py``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.channels.errors import (
    AddressRefused,
    DailyLimit,
    Misconfigured,
    NotAllowedThere,
    OptedOut,
    OutcomeUnknown,
    SendError,
    TooFast,
    TryLater,
)
from service.channels.twilio_codes import BLOCKED_BY_ITS_OWNER, error_class, repeat_after
from service.domain.conversation import AlertKind, ConsentEvent, Lane
from service.domain.delivery import PROVIDER_STATES, TextState
from service.domain.vocabulary import Channel
from service.flows.fall_over import fall_over
from service.flows.paths import redirect, way_to
from service.flows.services import Nudge, Services
from service.flows.stops import stop_texting
from service.store import contacts, conversations, desk, senders, texts
from service.store.models import Contact, ConversationRow, TextRow

GIVE_UP_AFTER = timedelta(hours=24)
"""A text the carrier puts off again and again for a whole day is given to a person."""
LONGEST_PAUSE = timedelta(minutes=10)
PROBE_EVERY = timedelta(seconds=60)
"""A sender on hold tries one text as often as this."""
SURELY_NO_ACCIDENT = 2
"""So many lost answers on one text are followed by another try at once; it has waited already."""
REFUSALS_IN_A_ROW = 5
"""So many families in a row that "cannot be reached by us" are no accident of theirs."""
REST_AFTER_DAILY_LIMIT = timedelta(minutes=30)


def take_refusal(
    services: Services,
    session: Session,
    text: TextRow,
    fault: SendError,
    now: datetime,
    due: datetime,
) -> None:
    """The carrier did not take a text, or we do not know. The caller holds the text's lock.

    ``now`` is the time; ``due`` is the moment from which a later try is counted (they differ in
    local runs that act for another time).
    """
    text.error_code = fault.code
    if not isinstance(fault, OutcomeUnknown):
        _refund(session, text)
    if isinstance(fault, OptedOut):
        _take_the_carriers_stop(session, text, now)
    elif isinstance(fault, OutcomeUnknown):
        texts.move_on(text, TextState.UNKNOWN, now)
    elif isinstance(fault, TryLater | Misconfigured) and not _tried_for_a_day(fault, text):
        later = due + _pause(fault, text)
        _calm_the_sender(session, text, fault)
        _queue_again(services, session, text)
        text.send_after = later
    else:
        texts.move_on(text, TextState.FAILED, now)
        _call_a_person(session, text)
        if isinstance(fault, AddressRefused):
            gets_nothing_there(services, session, text, now)


def take_news(
    services: Services,
    session: Session,
    text: TextRow,
    status: str,
    error_code: int | None,
    now: datetime,
) -> bool:
    """The carrier says where a text stands, in its own word; whether that was news.

    A state never goes back. The caller holds the text's lock.
    """
    state = PROVIDER_STATES.get(status)
    before = text.state
    if state is TextState.DELIVERED:
        # It is on the phone, whatever was said before: nothing is repeated, and the number works.
        texts.cancel_copies(session, text)
        senders.works(session, text.sender_id, reported=True)
    if state is None or not texts.move_on(text, state, now) or before == state.value:
        return False
    if state is TextState.DELIVERED and (text.copies > 0 or text.error_code is not None):
        # It had not gone out, or not arrived, and a person was called for that.
        row = session.get_one(ConversationRow, text.conversation_id)
        text.error_code = None
        if not texts.is_one_missing(session, text.conversation_id):
            desk.close_kinds(session, row, (AlertKind.UNDELIVERED,), staff_id=None)
    if state in (TextState.UNDELIVERED, TextState.FAILED):
        text.error_code = error_code
        _after_failure(services, session, text, error_code, now)
    return True


def put_back(services: Services, session: Session, text: TextRow, now: datetime) -> None:
    """The carrier certainly does not have a text that was in doubt: it is tried again, later each
    time, and for a day at most."""
    fault = TryLater("its absence is proven")
    _refund(session, text)
    if _tried_for_a_day(fault, text):
        texts.move_on(text, TextState.FAILED, now)
        _call_a_person(session, text)
        return
    later = now + _pause(fault, text)
    _queue_again(services, session, text)
    if text.attempts > SURELY_NO_ACCIDENT:
        text.send_after = later


def _queue_again(services: Services, session: Session, text: TextRow) -> None:
    """It certainly was not sent: it waits as if nobody had taken it, by the channel on which its
    conversation goes on by now."""
    text.state = TextState.QUEUED.value
    text.claimed_at = text.handed_at = text.rides_with = None
    row = session.get_one(ConversationRow, text.conversation_id)
    if row.channel != text.channel:
        contact = session.get_one(Contact, text.contact_id)
        channel = Channel(row.channel)
        if sender := way_to(session, contact, channel):
            redirect(services, session, text, channel, sender)


def _refund(session: Session, text: TextRow) -> None:
    """It was counted and did not go out; a mail was counted once, for its first text."""
    if text.rides_with is None:
        senders.refund(session, text.sender_id, text.segments)


def give_to_a_person(session: Session, text: TextRow, now: datetime) -> None:
    """After a day of asking nobody knows whether this text arrived: a person finds out."""
    text.settled_at = now
    row = session.get_one(ConversationRow, text.conversation_id)
    conversations.open_alerts(session, row, (AlertKind.UNSETTLED,), None)


def _after_failure(
    services: Services, session: Session, text: TextRow, code: int | None, now: datetime
) -> None:
    kind = error_class(code)
    if kind is OptedOut:
        _record_the_carriers_stop(session, text, now)
        return
    _call_a_person(session, text)
    if kind is AddressRefused:
        gets_nothing_there(services, session, text, now)
    elif kind is Misconfigured:
        senders.hold(session, text.sender_id, code, PROBE_EVERY, by_report=True)
    repeat = repeat_after(code)
    if repeat is not None and text.copies < repeat.times:
        texts.queue(
            session,
            session.get_one(ConversationRow, text.conversation_id),
            [
                texts.NewText(
                    kind=text.kind,
                    body=text.body,
                    lane=Lane(text.lane),
                    language=text.language,
                    send_after=now + repeat.wait * 2**text.copies,
                    dedupe_key=f"copy:{text.id}",
                    copy_of=text.copy_of or text.id,
                    copies=text.copies + 1,
                )
            ],
            text.reply_id,
        )


def _pause(fault: SendError, text: TextRow) -> timedelta:
    """How long until the next try: each pause spread by up to half, so that many texts do not
    come back in the same second, and those of one mail do. The spread comes from the text's id, not
    from chance."""
    spread: float = (text.rides_with or text.id) * 2_654_435_761 % 1000 / 2000
    return _base_pause(fault, text.lane, text.attempts) * (1 + spread)


def _base_pause(fault: SendError, lane: int, attempt: int) -> timedelta:
    """Doubling from 5 seconds to ten minutes; from ten minutes on where a limit lasts."""
    if isinstance(fault, NotAllowedThere | DailyLimit):
        return LONGEST_PAUSE * 2.0 ** min(attempt - 1, 4)
    if isinstance(fault, Misconfigured) and lane != int(Lane.SAFETY):
        return timedelta(0)  # the hold of its sender decides
    return min(timedelta(seconds=5 * 2 ** min(attempt - 1, 7)), LONGEST_PAUSE)


def _tried_for_a_day(fault: SendError, text: TextRow) -> bool:
    pauses = (_base_pause(fault, text.lane, n) for n in range(1, text.attempts + 1))
    return sum(pauses, timedelta(0)) >= GIVE_UP_AFTER


def _calm_the_sender(session: Session, text: TextRow, fault: SendError) -> None:
    match fault:
        case NotAllowedThere():
            _call_a_person(session, text)
            if text.channel == Channel.EMAIL:
                return  # a mail server's rule against one mailbox tells nothing of the others
            if senders.count_refusal(session, text.sender_id) >= REFUSALS_IN_A_ROW:
                senders.hold(session, text.sender_id, fault.code, PROBE_EVERY)
        case Misconfigured():
            _call_a_person(session, text)
            senders.hold(session, text.sender_id, fault.code, PROBE_EVERY)
        case DailyLimit():
            senders.slow_down(session, text.sender_id, REST_AFTER_DAILY_LIMIT)
        case TooFast():
            senders.slow_down(session, text.sender_id, timedelta(seconds=1))


def _take_the_carriers_stop(session: Session, text: TextRow, now: datetime) -> None:
    text.cancel_reason = "stopped"
    texts.move_on(text, TextState.CANCELLED, now)
    _record_the_carriers_stop(session, text, now)


def _record_the_carriers_stop(session: Session, text: TextRow, now: datetime) -> None:
    """The carrier knows of a stop: so do we, unless the parent came back since this text left."""
    contact = contacts.lock(session, text.clinic_id, text.contact_id)
    last = contacts.last_consent(session, contact.id)
    since = text.claimed_at or text.created_at
    if last is None or (last.event != ConsentEvent.REVOKED and last.recorded_at < since):
        stop_texting(session, contact, "carrier", now)


def _call_a_person(session: Session, text: TextRow) -> None:
    """Staff need to know that this family did not get a text."""
    row = session.get_one(ConversationRow, text.conversation_id)
    conversations.open_alerts(session, row, (AlertKind.UNDELIVERED,), None)


def gets_nothing_there(services: Services, session: Session, text: TextRow, now: datetime) -> None:
    """This number or mailbox gets nothing: it goes on by the other channel, else nothing more is
    started or left waiting."""
    contact = contacts.lock(session, text.clinic_id, text.contact_id)
    if text.channel == Channel.SMS:
        contact.number_refused_at = contact.number_refused_at or now
    else:
        contact.email_refused_at = contact.email_refused_at or now
    row = session.get_one(ConversationRow, text.conversation_id)
    if row.channel != text.channel and text.error_code in BLOCKED_BY_ITS_OWNER:
        return  # they go on elsewhere, and wrote there since
    if text.error_code not in BLOCKED_BY_ITS_OWNER and fall_over(
        services, session, row, contact, text, now
    ):
        services.nudge(Nudge.TEXTS)
        return
    conversations.plan_reminders(session, row, (), "refused", now)
    texts.cancel_waiting(session, text.clinic_id, text.contact_id, "refused")

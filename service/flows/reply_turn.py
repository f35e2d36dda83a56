"""What one reply leads to, however it came: read in the light of its conversation, then advanced.

What keeps a family safe acts whoever wrote it: a stop, an emergency. Everything else acts only
where it comes from the family's own number or address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.conversation import (
    AlertKind,
    ConsentEvent,
    Conversation,
    Policy,
    Turn,
    advance,
)
from service.domain.conversation.advance import wordless
from service.domain.reading import read
from service.domain.reading.email_text import says_nothing, written_text
from service.domain.reading.machines import sounds_like_a_machine
from service.domain.reading.told_words import without_told
from service.domain.reading.types import Reading
from service.domain.vocabulary import Channel, FlagLevel, Intent, Language
from service.domain.wording import EMAIL_ONLY
from service.flows.paths import heard_from
from service.flows.services import Services, local_zone
from service.store import contacts, mail_threads
from service.store.mail_json import MailFacts, load_mail
from service.store.models import Contact, ConversationRow, Reply
from service.store.state_json import dump_reading

MAILS_A_DAY = 20
"""More answers by mail to one family within 24 hours are no conversation any more: a person looks.
(Two machines that do not say they are machines would go on for ever.)"""
LONG_ENOUGH = 40
"""Characters that nobody writes twice by hand, word for word."""


@dataclass(frozen=True, slots=True)
class ReplyOf:
    """A reply with its family: contact (locked), conversation, and how that stands."""

    reply: Reply
    contact: Contact
    row: ConversationRow
    state: Conversation

    @property
    def mail(self) -> MailFacts | None:
        """What else a mail told; None for a text."""
        return load_mail(self.reply.mail) if self.reply.mail else None

    @property
    def is_from_a_stranger(self) -> bool:
        """Whether it came from another address than the family's."""
        return self.mail is not None and self.mail.from_stranger


def turn_of(
    services: Services, session: Session, of: ReplyOf, policy: Policy, now: datetime, unseen: bool
) -> Turn:
    """The turn this reply leads to; what was read is kept with it. ``unseen``: the question that is
    open has not gone out yet. The conversation goes on by the channel the family wrote by."""
    reply, state = of.reply, of.state
    if reply.channel is Channel.SMS and not reply.from_address.startswith("+"):
        # A short code: a machine of somebody's. A person sees it, and no two machines talk.
        return Turn(state, alerts=(AlertKind.UNREAD,))
    mail, stranger = of.mail, of.is_from_a_stranger
    told = _told(services, session, of, policy) if mail is not None else ()
    if not reply.body.strip() or (mail is not None and _holds_nothing(reply.body, told)):
        if stranger:
            return Turn(state, alerts=(AlertKind.OTHER_SENDER,))
        heard_from(services, session, of.contact, of.row, reply.channel)
        turn = wordless(state, reply.media_count > 0, policy, now)
        # It may be a reply that we took for a quote.
        return turn.also(alerts=(AlertKind.UNREAD,)) if reply.body.strip() else turn
    here = now.astimezone(local_zone(of.contact, policy.clinic))
    context = state.context(here, reply.channel, services.packs.checklist)
    reading = read(reply.body, replace(context, told=told), services.packs.lexicon)
    if _carrier_decides(reply.carrier_keyword, state, reading):
        reading = replace(reading, intent=Intent((reply.carrier_keyword or "").lower()))
    protects = _protects(reading)
    if _comes_back_unproven(of, reading):
        return Turn(state, alerts=(AlertKind.OTHER_SENDER,))
    if stranger and not protects:
        soon = (AlertKind.SOON,) if reading.flags else ()
        return Turn(state, alerts=(AlertKind.OTHER_SENDER, *soon))
    if mail is not None and not protects and _may_be_a_machine(session, of, reading):
        return Turn(state, alerts=(AlertKind.UNREAD,))
    if not stranger:
        _bring_back(session, of, reading, now)
        heard_from(services, session, of.contact, of.row, reply.channel)
    reply.reading = dump_reading(reading)
    turn = advance(state, reading, policy, here, unseen=unseen)
    return _seen_by_a_person(_without_second_confirmation(turn, reply), reply, mail)


def _told(services: Services, session: Session, of: ReplyOf, policy: Policy) -> tuple[str, ...]:
    """Our own words that their mail program may put below an answer."""
    clinic, messages = policy.clinic, services.packs.messages
    values = {"clinic": clinic.name, "phone": clinic.phone, "link": clinic.booking_link}
    frame = (
        messages.render(language, key, values, Channel.EMAIL)
        for language in Language
        for key in EMAIL_ONLY
        if key.startswith("mail_")
    )
    return (*frame, *mail_threads.last_told(session, of.row.id))


def _holds_nothing(body: str, told: tuple[str, ...]) -> bool:
    return says_nothing(body) or not without_told(written_text(body), told)


def _comes_back_unproven(of: ReplyOf, reading: Reading) -> bool:
    """START in a mail that answers none of ours: anybody can write a From, and a stop is not undone
    by that."""
    mail = of.mail
    return (
        mail is not None and not mail.proven and reading.intent is Intent.START and of.state.stopped
    )


def read_by_nobody(services: Services, of: ReplyOf, policy: Policy, now: datetime) -> Turn:
    """What a machine wrote is not answered; where it sounds like an emergency or a stop (a parent
    behind a mailing list), a person looks."""
    here = now.astimezone(local_zone(of.contact, policy.clinic))
    context = of.state.context(here, of.reply.channel, services.packs.checklist)
    words = of.reply.body.strip()
    if not words or not _protects(read(of.reply.body, context, services.packs.lexicon)):
        return Turn(of.state)
    return Turn(of.state, alerts=(AlertKind.UNREAD,))


def _protects(reading: Reading) -> bool:
    """Whether it must act whoever wrote it. Whoever holds a mail of ours can stop them with its
    link as well, and a stop by any reasonable means counts (47 CFR 64.1200(a)(10))."""
    return reading.intent is Intent.STOP or reading.flag in (FlagLevel.URGENT, FlagLevel.CRISIS)


def _may_be_a_machine(session: Session, of: ReplyOf, reading: Reading) -> bool:
    """Whether answering might be talking to a machine that does not say that it is one."""
    own = written_text(of.reply.body)
    if not reading.says_something and sounds_like_a_machine(own):
        return True
    before = mail_threads.last_words_by_mail(session, of.row.id, of.reply.id)
    if before is not None and len(own) >= LONG_ENOUGH and written_text(before) == own:
        return True
    return mail_threads.answered_since(session, of.contact.id, hours=24) >= MAILS_A_DAY


def _bring_back(session: Session, of: ReplyOf, reading: Reading, now: datetime) -> None:
    """START opens the channel it came by again, where that alone had been stopped."""
    channel = of.reply.channel
    if reading.intent is Intent.START and contacts.wants_none_by(session, of.contact.id, channel):
        contacts.record_consent(
            session,
            of.contact,
            ConsentEvent.GRANTED,
            "reply_start",
            now,
            reply_id=of.reply.id,
            channel=channel,
        )


def _seen_by_a_person(turn: Turn, reply: Reply, mail: MailFacts | None) -> Turn:
    """What came besides words that could be read is looked at by a person."""
    if mail is not None and mail.from_stranger:
        turn = turn.also(alerts=(AlertKind.OTHER_SENDER,))
    if reply.media_count or (mail is not None and mail.remarks):
        turn = turn.also(alerts=(AlertKind.UNREAD,))
    return turn


def _carrier_decides(keyword: str | None, state: Conversation, reading: Reading) -> bool:
    """Whether what the carrier did by itself outranks our reading.

    A stop always does. Its words for START hold YES, which is an answer unless they had stopped.
    """
    if keyword == "START":
        return state.stopped
    return keyword == "STOP" or (keyword == "HELP" and reading.intent is None)


def _without_second_confirmation(turn: Turn, reply: Reply) -> Turn:
    """Leave out what the carrier said itself: a second confirmation fails with 21610."""
    said = _CARRIER_SAID.get(reply.carrier_keyword or "")
    return replace(turn, texts=tuple(text for text in turn.texts if text.key != said))


_CARRIER_SAID = {"STOP": "stop_confirmed", "START": "start_again", "HELP": "help"}

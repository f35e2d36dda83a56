"""The unsubscribe link of a mail: whom it is for, and what they choose there.

It works without signing in (RFC 8058): whoever holds the mail may stop what comes like it. A stop
holds for both channels unless the parent chooses to stop mails alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from service.channels.mail_tokens import Purpose
from service.domain.conversation import ConsentEvent
from service.domain.vocabulary import Channel, Language
from service.domain.wording import EMAIL_ONLY
from service.flows.coming_back import come_back
from service.flows.paths import move, way_to
from service.flows.services import Nudge, Services, policy_for
from service.flows.stops import stop_texting
from service.store import clinics, contacts, conversations
from service.store.models import Contact

METHOD = "unsubscribe"
_ENDING = 4
"""Digits of a number that tell its owner which one it is, and nobody else."""


class NoSuchLink(LookupError):
    """The link is not one of ours, or its family was erased."""


class Choice(StrEnum):
    """What a parent can do there."""

    ALL = "all"
    EMAIL = "email"
    """No more mails; texts go on."""
    UNDO = "undo"


class Standing(StrEnum):
    """How things stand for whoever opens the link."""

    ASK = "ask"
    DONE_ALL = "done_all"
    STOPPED = "stopped"
    """By another way than this link, which therefore does not undo it."""
    DONE_EMAIL = "done_email"
    UNDONE = "undone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What the page of a link shows. ``words`` are filled in, in the family's language."""

    language: Language
    clinic: str
    words: dict[str, str]
    standing: Standing
    can_text: bool
    """Whether stopping mails alone leaves another way."""


def look(services: Services, token: str) -> LinkPage:
    """How things stand; changes nothing. Raises ``NoSuchLink``."""
    with _opened(services, token) as (session, contact):
        return _page(services, session, contact, _standing(session, contact))


def choose(services: Services, token: str, choice: Choice) -> LinkPage:
    """Do what the parent chose; twice changes nothing. Raises ``NoSuchLink``."""
    now = datetime.now(UTC)
    with _opened(services, token) as (session, contact):
        standing = _standing(session, contact)
        if choice is Choice.UNDO:
            if standing in (Standing.DONE_ALL, Standing.DONE_EMAIL):
                _undo(services, session, contact, standing, now)
                standing = Standing.UNDONE
        elif choice is Choice.EMAIL and way_to(session, contact, Channel.SMS):
            if standing is Standing.ASK:
                _stop_mails(services, session, contact, now)
                standing = Standing.DONE_EMAIL
        elif standing not in (Standing.DONE_ALL, Standing.STOPPED):
            stop_texting(session, contact, METHOD, now)
            standing = Standing.DONE_ALL
        page = _page(services, session, contact, standing)
    services.nudge(Nudge.TEXTS)
    return page


def unknown_words(services: Services, language: Language) -> LinkPage:
    """The page of a link that nobody knows."""
    words = _words(services, language, {"clinic": "", "phone": "", "link": "", "ending": ""})
    return LinkPage(language, "", words, Standing.UNKNOWN, can_text=False)


@contextmanager
def _opened(services: Services, token: str) -> Iterator[tuple[Session, Contact]]:
    contact_id = services.tokens.read(Purpose.UNSUBSCRIBE, token)
    with services.database.transaction() as session:
        found = session.get(Contact, contact_id) if contact_id is not None else None
        if found is None:
            raise NoSuchLink
        yield session, contacts.lock(session, found.clinic_id, found.id)


def _standing(session: Session, contact: Contact) -> Standing:
    last = contacts.last_consent(session, contact.id)
    if last is not None and last.event == ConsentEvent.REVOKED:
        return Standing.DONE_ALL if last.method == METHOD else Standing.STOPPED
    off = contacts.wants_none_by(session, contact.id, Channel.EMAIL)
    return Standing.DONE_EMAIL if off else Standing.ASK


def _stop_mails(services: Services, session: Session, contact: Contact, now: datetime) -> None:
    contacts.record_consent(
        session, contact, ConsentEvent.REVOKED, METHOD, now, channel=Channel.EMAIL
    )
    row = conversations.current(session, contact)
    sender = way_to(session, contact, Channel.SMS)
    if row is not None and row.channel == Channel.EMAIL and sender is not None:
        move(services, session, row, Channel.SMS, sender)


def _undo(
    services: Services, session: Session, contact: Contact, standing: Standing, now: datetime
) -> None:
    if contacts.wants_none_by(session, contact.id, Channel.EMAIL):
        contacts.record_consent(
            session, contact, ConsentEvent.GRANTED, METHOD, now, channel=Channel.EMAIL
        )
    if standing is Standing.DONE_ALL:
        come_back(session, contact, policy_for(services, session, contact), METHOD, now)


def _page(services: Services, session: Session, contact: Contact, standing: Standing) -> LinkPage:
    clinic = clinics.facts(session, contact.clinic_id)
    language = Language(contact.language)
    ending = (contact.number or "")[-_ENDING:]
    values = {
        "clinic": clinic.name,
        "phone": clinic.phone,
        "link": clinic.booking_link,
        "ending": ending,
    }
    can_text = standing is Standing.ASK and way_to(session, contact, Channel.SMS) is not None
    return LinkPage(language, clinic.name, _words(services, language, values), standing, can_text)


def _words(services: Services, language: Language, values: dict[str, str]) -> dict[str, str]:
    return {
        key: services.packs.messages.render(language, key, values, Channel.EMAIL)
        for key in EMAIL_ONLY
        if key.startswith("unsubscribe_")
    }

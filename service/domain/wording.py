"""The texts parents read: which there are, which values they hold, and how they are filled in.

A text is plain words with placeholders such as ``{clinic}``. Values are put in literally, so a
name that holds braces is harmless. Texts are worded for SMS; where those words are wrong in a
mail ("text us"), a text has words of its own for email. What a text may hold is settled here;
whether its words are plain, short and complete is judged by ``content_check``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from service.domain.vocabulary import Channel, Language

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

EVERYWHERE = frozenset({"clinic", "phone"})
"""Placeholders any text may hold."""

REQUIRED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "consent": frozenset({"clinic"}),
        "invitation": frozenset({"clinic"}),
        "consent_again": frozenset({"clinic"}),
        "declined": frozenset({"clinic"}),
        "age_ask": frozenset(),
        "age_again": frozenset(),
        "checklist_1_header": frozenset(),
        "checklist_2_header": frozenset(),
        "numbers_again": frozenset(),
        "free_ask": frozenset(),
        "suggestion_ot": frozenset({"reasons"}),
        "suggestion_pt": frozenset({"reasons"}),
        "suggestion_both": frozenset({"pt_reasons", "ot_reasons"}),
        "suggestion_ot_soft": frozenset({"reasons"}),
        "suggestion_pt_soft": frozenset({"reasons"}),
        "suggestion_ot_named": frozenset(),
        "suggestion_pt_named": frozenset(),
        "suggestion_both_named": frozenset(),
        "referral_ot": frozenset(),
        "referral_pt": frozenset(),
        "referral_ot_also_pt": frozenset({"reasons"}),
        "referral_pt_also_ot": frozenset({"reasons"}),
        "suggestion_none": frozenset(),
        "unclear_ask": frozenset(),
        "unclear_person": frozenset(),
        "next_step": frozenset({"phone", "link"}),
        "next_step_phone_only": frozenset({"phone"}),
        "path_early_intervention": frozenset({"phone"}),
        "path_school": frozenset({"phone"}),
        "path_doctor": frozenset(),
        "service_missing_ot": frozenset(),
        "service_missing_pt": frozenset(),
        "soon": frozenset(),
        "urgent": frozenset(),
        "crisis": frozenset(),
        "help": frozenset({"clinic", "phone"}),
        "stop_confirmed": frozenset({"clinic"}),
        "start_again": frozenset({"clinic"}),
        "wrong_number": frozenset(),
        "human": frozenset({"clinic"}),
        "two_children": frozenset({"clinic"}),
        "teen": frozenset({"clinic"}),
        "unread": frozenset(),
        "picture": frozenset(),
        "empty": frozenset(),
        "thanks": frozenset(),
        "later": frozenset(),
        "later_date": frozenset({"when"}),
        "booked": frozenset(),
        "booked_date": frozenset({"when"}),
        "language_switched": frozenset(),
        "nudge_1": frozenset(),
        "nudge_2": frozenset(),
        "booking_1": frozenset({"clinic", "phone", "link"}),
        "booking_2": frozenset({"clinic", "phone", "link"}),
        "booking_3": frozenset({"clinic", "phone", "link"}),
        "before_visit_3d": frozenset({"clinic", "when", "phone"}),
        "before_visit_1d": frozenset({"clinic", "when", "phone"}),
        "topic_speech": frozenset(),
        "topic_vision_hearing": frozenset(),
        "topic_learning": frozenset(),
        "topic_behaviour": frozenset(),
        "topic_autism_screen": frozenset(),
        "faq_what_is_ot": frozenset(),
        "faq_what_is_pt": frozenset(),
        "faq_difference": frozenset(),
        "faq_both_at_once": frozenset(),
        "faq_which_first": frozenset(),
        "faq_is_one_better": frozenset(),
        "faq_ages_served": frozenset(),
        "faq_coverage": frozenset(),
        "faq_cost": frozenset(),
        "faq_how_to_start": frozenset(),
        "faq_referral_needed": frozenset(),
        "faq_what_decides": frozenset(),
        "faq_other_service": frozenset(),
        "faq_home_program": frozenset(),
        "faq_gross_motor": frozenset(),
        "faq_fine_motor": frozenset(),
        "faq_sensory_processing": frozenset(),
        "faq_adls": frozenset(),
        "faq_motor_planning": frozenset(),
        "faq_occupations": frozenset(),
        "faq_physiotherapy": frozenset(),
        "faq_is_this_a_diagnosis": frozenset(),
        "faq_who_sees_this": frozenset(),
        "faq_how_long": frozenset(),
        "faq_office": frozenset({"clinic", "phone"}),
        "moved_to_email": frozenset({"clinic"}),
        "moved_to_sms": frozenset({"clinic"}),
    }
)
"""Every text there is, with the placeholders it must hold. It may hold those of ``EVERYWHERE``
too, and no other."""

KEYS = tuple(REQUIRED)

EMAIL_ONLY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "mail_subject": frozenset({"clinic"}),
        "mail_preheader": frozenset(),
        "mail_book": frozenset(),
        "mail_reply": frozenset(),
        "mail_why": frozenset({"clinic"}),
        "mail_stop": frozenset(),
        "mail_stop_link": frozenset(),
        "mail_emergency": frozenset(),
        "unsubscribe_title": frozenset(),
        "unsubscribe_ask": frozenset({"clinic"}),
        "unsubscribe_all": frozenset(),
        "unsubscribe_email_only": frozenset({"ending"}),
        "unsubscribe_rates": frozenset(),
        "unsubscribe_done_all": frozenset({"clinic"}),
        "unsubscribe_done_email": frozenset({"clinic", "ending"}),
        "unsubscribe_undo": frozenset(),
        "unsubscribe_undone": frozenset({"clinic"}),
        "unsubscribe_unknown": frozenset(),
    }
)
"""The words around the texts of a mail, and those of the page its stop link opens, with the
placeholders they must hold. They are never sent as a text of their own, so no SMS limit holds."""

REASONS_LIMIT = 110
"""Characters of ``{reasons}``."""
BOTH_REASONS_LIMIT = 58
"""Characters of ``{pt_reasons}`` and of ``{ot_reasons}``: two of the longest fit."""

_AND = {Language.EN: "and", Language.ES: "y"}
_SOUNDS_LIKE_I = re.compile(r"(?i)[ií]|hi(?!e)")
"""Before this sound Spanish says "e" for "y"."""


class WordingError(Exception):
    """A text cannot be filled in; the message names language, key and placeholder."""


@dataclass(frozen=True, slots=True)
class Messages:
    """All texts by language and key. Build with ``from_texts`` or the pack loader.

    ``texts`` are the words for SMS; ``email`` the other words of a mail: those of a text that
    reads wrong there, and those of ``EMAIL_ONLY``.
    """

    texts: Mapping[tuple[Language, str], str]
    email: Mapping[tuple[Language, str], str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_texts(
        cls,
        texts: Mapping[tuple[Language, str], str],
        email: Mapping[tuple[Language, str], str] = MappingProxyType({}),
    ) -> Messages:
        """Messages of their own copy of the words, so that nobody changes them later."""
        return cls(MappingProxyType(dict(texts)), MappingProxyType(dict(email)))

    def text(self, language: Language, key: str, channel: Channel = Channel.SMS) -> str:
        """The text as written, placeholders and all. Raises ``WordingError`` if there is none."""
        if channel is Channel.EMAIL and (language, key) in self.email:
            return self.email[language, key]
        try:
            return self.texts[language, key]
        except KeyError:
            raise WordingError(f"{language}/{key}: there is no such text") from None

    def has_variant(self, key: str, channel: Channel) -> bool:
        """Whether this text has words of its own on this channel, in any language."""
        own = channel is Channel.EMAIL and key in REQUIRED
        return own and any((language, key) in self.email for language in Language)

    def render(
        self,
        language: Language,
        key: str,
        values: Mapping[str, str],
        channel: Channel = Channel.SMS,
    ) -> str:
        """The text with its placeholders filled in; values nobody asked for are ignored.

        Raises ``WordingError`` where the text holds a placeholder it may not hold, or one
        without a value.
        """
        text = self.text(language, key, channel)
        allowed = allowed_placeholders(key)

        def fill(match: re.Match[str]) -> str:
            name = match[1]
            if name not in allowed:
                raise WordingError(f"{language}/{key}: {{{name}}} may not be used here")
            if name not in values:
                raise WordingError(f"{language}/{key}: no value for {{{name}}}")
            return values[name]

        return _PLACEHOLDER.sub(fill, text)

    def with_text(
        self, language: Language, key: str, text: str, channel: Channel = Channel.SMS
    ) -> Messages:
        """These messages with one of them worded differently (a clinic's own wording)."""
        own = {(language, key): text}
        if channel is Channel.EMAIL:
            return Messages.from_texts(self.texts, {**self.email, **own})
        return Messages.from_texts({**self.texts, **own}, self.email)


def required_placeholders(key: str) -> frozenset[str]:
    """The placeholders the text ``key`` must hold."""
    return REQUIRED.get(key) or EMAIL_ONLY.get(key, frozenset())


def allowed_placeholders(key: str) -> frozenset[str]:
    """The placeholders the text ``key`` may hold."""
    return required_placeholders(key) | EVERYWHERE


def placeholders(text: str) -> Iterator[str]:
    """The placeholders ``text`` holds, in order, repeated where it repeats them."""
    return (match[1] for match in _PLACEHOLDER.finditer(text))


def stray_braces(text: str) -> bool:
    """Whether a brace is left that belongs to no placeholder: mostly a typing slip."""
    rest = _PLACEHOLDER.sub("", text)
    return "{" in rest or "}" in rest


def listed(phrases: Iterable[str], language: Language, limit: int = REASONS_LIMIT) -> str:
    """The phrases as one list in words, "a, b and c", each once and at most ``limit`` long.

    Phrases that no longer fit are left out from the end; the first one always stays.
    """
    kept: list[str] = []
    for phrase in dict.fromkeys(phrases):
        if kept and len(_joined([*kept, phrase], language)) > limit:
            break
        kept.append(phrase)
    return _joined(kept, language)


def _joined(phrases: list[str], language: Language) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    word = _AND[language]
    if language is Language.ES and _SOUNDS_LIKE_I.match(phrases[-1]):
        word = "e"
    # A comma keeps "running and stairs, and hand skills" from reading as three things.
    comma = "," if any(f" {_AND[language]} " in phrase for phrase in phrases) else ""
    return f"{', '.join(phrases[:-1])}{comma} {word} {phrases[-1]}"

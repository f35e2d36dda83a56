"""From an outcome to the texts a parent reads: the suggestion, its reasons, the next step."""

from __future__ import annotations

from datetime import datetime

from service.domain.checklist import Checklist
from service.domain.conversation.state import AlertKind, Conversation, Lane, Policy, Text
from service.domain.triage import Outcome, Said, ordered_by_doctor
from service.domain.vocabulary import FlagLevel, Language, Side, Suggestion
from service.domain.wording import BOTH_REASONS_LIMIT, REASONS_LIMIT, listed


def suggestion_texts(
    conversation: Conversation, outcome: Outcome, policy: Policy, now: datetime
) -> tuple[Text, ...]:
    """All texts of a suggestion in reading order; SOON is said first."""
    texts = []
    if FlagLevel.SOON in outcome.flags:
        texts.append(Text("soon", lane=Lane.SAFETY))
    texts += _topic_texts(conversation, outcome)
    if outcome.suggestion in (Suggestion.OT, Suggestion.PT, Suggestion.BOTH):
        age = conversation.age_months(now)
        texts.append(_suggestion(conversation, outcome, policy.packs.checklist, age))
        texts += _next_steps(conversation.said, outcome, policy, age)
    elif outcome.suggestion is Suggestion.NONE and not texts:
        texts.append(Text("suggestion_none"))
    return tuple(texts)


def suggestion_alerts(outcome: Outcome) -> tuple[AlertKind, ...]:
    """Who needs to know of it at the clinic."""
    return (AlertKind.SOON,) if FlagLevel.SOON in outcome.flags else ()


def wants_booking(outcome: Outcome, policy: Policy) -> bool:
    """Whether there is an evaluation to book at this clinic, and so reminders to send."""
    return bool(_sides(outcome.suggestion) & policy.clinic.offers)


def phrases(
    outcome: Outcome, side: Side, language: Language, checklist: Checklist, age_months: int | None
) -> tuple[str, ...]:
    """One side's reasons in the parent's terms, first said first, each once: what the same words
    told ("isn't crawling": a skill still to come, and big moves) is named by its first domain."""
    told: dict[tuple[str, str, str | None], str] = {}
    for reason in outcome.reasons:
        if reason.domain and reason.side is side:
            told.setdefault(
                (reason.rule, reason.words, reason.item),
                checklist.reason(reason.item, language, age_months)
                if reason.item
                else checklist.domain_phrase(reason.domain, language),
            )
    return tuple(dict.fromkeys(told.values()))


def _suggestion(
    conversation: Conversation, outcome: Outcome, checklist: Checklist, age_months: int | None
) -> Text:
    language = conversation.language
    ordered = ordered_by_doctor(conversation.said.topics)
    both = outcome.suggestion is Suggestion.BOTH

    def reasons_for(side: Side) -> str:
        found = phrases(outcome, side, language, checklist, age_months)
        return listed(found, language, BOTH_REASONS_LIMIT if both else REASONS_LIMIT)

    if len(ordered) == 1:
        (side,) = ordered
        (other,) = set(Side) - ordered
        key = f"referral_{side.value.lower()}"
        if also := reasons_for(other):
            return Text(f"{key}_also_{other.value.lower()}", {"reasons": also})
        if not (both or reasons_for(side)):
            return Text(key)
    if both:
        ot, pt = reasons_for(Side.OT), reasons_for(Side.PT)
        if not (ot and pt):  # a condition the parent named decided, not concerns on both sides
            return Text("suggestion_both_named")
        return Text("suggestion_both", {"ot_reasons": ot, "pt_reasons": pt})
    side = Side(outcome.suggestion.value)
    reasons = reasons_for(side)
    key = f"suggestion_{side.value.lower()}"
    if not reasons:
        return Text(f"{key}_named")
    return Text(f"{key}_soft" if outcome.soft else key, {"reasons": reasons})


def _sides(suggestion: Suggestion) -> frozenset[Side]:
    if suggestion is Suggestion.BOTH:
        return frozenset(Side)
    if suggestion in (Suggestion.OT, Suggestion.PT):
        return frozenset({Side(suggestion.value)})
    return frozenset()


def _next_steps(said: Said, outcome: Outcome, policy: Policy, age_months: int | None) -> list[Text]:
    """How to book here, and where else to go: for what the clinic does not offer, and for a
    condition that should be checked early (knowledge c5)."""
    wanted = _sides(outcome.suggestion)
    texts = []
    if wanted & policy.clinic.offers:
        texts.append(Text("next_step" if policy.clinic.booking_link else "next_step_phone_only"))
    missing = sorted(wanted - policy.clinic.offers)
    texts += [Text(f"service_missing_{side.value.lower()}") for side in missing]
    told = policy.packs.care_paths.texts(age_months) if missing else ()
    named = [policy.packs.triage.conditions.get(h.condition) for h in said.hints]
    if any(rule is not None and rule.checked_early(age_months) for rule in named):
        told = (*told, *policy.packs.care_paths.texts(age_months))
    return [*texts, *(Text(key) for key in dict.fromkeys(told))]


def _topic_texts(conversation: Conversation, outcome: Outcome) -> list[Text]:
    """Answers of their own for what lies outside OT and PT (knowledge c3)."""
    keys = dict.fromkeys(topic.key for topic in conversation.said.topics)
    answered = {
        "speech": "topic_speech",
        "vision_hearing": "topic_vision_hearing",
        "learning": "topic_learning",
        "autism_screen": "topic_autism_screen",
    }
    if outcome.suggestion in (Suggestion.NONE, Suggestion.UNCLEAR):
        answered["behaviour"] = "topic_behaviour"
    return [Text(answered[key]) for key in keys if key in answered]

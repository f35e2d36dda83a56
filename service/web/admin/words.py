"""The plain words staff read for what the code calls by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.domain.conversation import AlertKind
from service.domain.explanation.words import ASKED as ASKED
from service.domain.explanation.words import FLAGS as FLAGS
from service.domain.explanation.words import INTENTS as INTENTS
from service.domain.explanation.words import age as age
from service.domain.explanation.words import plain as plain
from service.domain.vocabulary import Language, Side, Step, Suggestion

LANGUAGES: Final = {Language.EN: "English", Language.ES: "Spanish"}

STEPS: Final = {
    Step.CONSENT: "Asked to join",
    Step.AGE: "Asked the age",
    Step.CHECKLIST_1: "First list",
    Step.CHECKLIST_2: "Second list",
    Step.FREE: "Anything else?",
    Step.SUGGESTED: "Suggestion given",
    Step.CLOSED: "Closed",
}

SUGGESTIONS: Final = {
    Suggestion.OT: "Occupational therapy",
    Suggestion.PT: "Physical therapy",
    Suggestion.BOTH: "Both: OT and PT",
    Suggestion.NONE: "Neither",
    Suggestion.UNCLEAR: "Not clear",
}

SIDES: Final = {Side.OT: "occupational therapy", Side.PT: "physical therapy"}

ALERTS: Final = {
    AlertKind.URGENT: "May be an emergency",
    AlertKind.CRISIS: "Crisis",
    AlertKind.SOON: "Medical sign",
    AlertKind.STUCK: "Not answered: our fault",
    AlertKind.PERSON_WANTED: "Wants a person",
    AlertKind.TEEN: "May be the child texting",
    AlertKind.UNREAD: "Could not read",
    AlertKind.OTHER_SENDER: "Mail from another address",
    AlertKind.WHILE_PAUSED: "Wrote while paused",
    AlertKind.AFTER_STOP: "Wrote after STOP",
    AlertKind.UNCLEAR: "Not clear which visit",
    AlertKind.NEW_WORDS: "Told us more",
    AlertKind.MORE_CHILDREN: "More than one child",
    AlertKind.UNDELIVERED: "Text not delivered",
    AlertKind.UNSETTLED: "Text may not have arrived",
    AlertKind.WRONG_NUMBER: "Wrong number",
    AlertKind.NOT_BOOKED: "Not booked yet",
    AlertKind.SILENT: "Stopped answering",
}

ADVICE: Final = {
    AlertKind.URGENT: "Call the family now. They were told to call 911. Texting is paused.",
    AlertKind.CRISIS: "Call the family now, and follow your clinic's duty to report. "
    "They were given 911, 988 and a child abuse helpline. Texting is paused.",
    AlertKind.SOON: "They were told to call the child's doctor today. Check that they did.",
    AlertKind.STUCK: "Something of ours failed on this text. Please answer it yourself.",
    AlertKind.PERSON_WANTED: "They asked for a person. They were told that you will be in touch.",
    AlertKind.TEEN: "It may be the child who writes. We asked for a parent; texting is paused.",
    AlertKind.UNREAD: "Tandem did not understand. Please read it and get in touch.",
    AlertKind.OTHER_SENDER: "This mail came from another address than the family's. Nothing in it "
    "was acted on, unless it asks to stop or sounds like an emergency. Call to make sure.",
    AlertKind.WHILE_PAUSED: "They wrote while texting was paused, and got no answer.",
    AlertKind.AFTER_STOP: "They wrote after STOP, and got no answer. Call only if it is urgent.",
    AlertKind.UNCLEAR: "Their words did not point to OT or PT. A short call will tell.",
    AlertKind.NEW_WORDS: "They told us more after the suggestion. Have a look before the visit.",
    AlertKind.MORE_CHILDREN: "They spoke of two children. Tandem follows one; ask about the other.",
    AlertKind.UNDELIVERED: "A text did not arrive. Check the number, or call.",
    AlertKind.UNSETTLED: "The carrier did not say for a day whether a text arrived. Please ask.",
    AlertKind.WRONG_NUMBER: "They are not the family. Nothing more is sent; mend your records.",
    AlertKind.NOT_BOOKED: "All reminders went out and nothing is booked. A call helps most.",
    AlertKind.SILENT: "Our questions stayed unanswered. Call, or let it rest.",
}

TEXT_STATES: Final = {
    "queued": "Waiting",
    "sending": "Being sent",
    "sent": "Sent",
    "delivered": "Delivered",
    "undelivered": "Not delivered",
    "failed": "Failed",
    "cancelled": "Not sent",
    "unknown": "Not known yet",
}


@dataclass(frozen=True, slots=True)
class HoldWords:
    """Why the carrier takes no texts from a number, and what staff can do about it."""

    why: str
    to_do: str


_NOT_OURS: Final = HoldWords(
    "Twilio says that this number is not ours to text from.",
    "Tell whoever runs Tandem: the number must be in the Twilio account that Tandem uses, and be "
    "able to send texts.",
)
_ACCOUNT: Final = (
    "Tell whoever runs Tandem: the account and its key (TWILIO_ACCOUNT_SID and "
    "TWILIO_AUTH_TOKENS) must be those in the Twilio console."
)

HOLDS: Final = {
    20003: HoldWords("Twilio does not accept our key. It may have been changed.", _ACCOUNT),
    20404: HoldWords("Twilio does not know our account.", _ACCOUNT),
    21212: _NOT_OURS,
    21606: _NOT_OURS,
    21659: _NOT_OURS,
    30002: HoldWords(
        "Twilio has suspended our account. Often a bill is open.",
        "Tell whoever pays for Twilio: sign in there, see what is open, and write to Twilio's "
        "support.",
    ),
    30032: HoldWords(
        "This toll-free number has not been verified.",
        "Tell whoever runs Tandem: it has to pass Twilio's toll-free verification, which takes "
        "days.",
    ),
    30034: HoldWords(
        "This number is not registered with the phone companies.",
        "Tell whoever runs Tandem: it has to be in an approved 10DLC campaign at Twilio, which "
        "takes days.",
    ),
    21408: HoldWords(
        "Our account may not text to where several families are.",
        "Tell whoever runs Tandem: allow the United States and Canada in Twilio's messaging geo "
        "permissions.",
    ),
    21608: HoldWords(
        "Our Twilio account is a trial, which texts a few checked numbers only.",
        "Tell whoever runs Tandem: the Twilio account has to be upgraded.",
    ),
    21612: HoldWords(
        "Twilio finds no way from this number to several families in a row.",
        "Tell whoever runs Tandem: ask Twilio's support what this number can reach.",
    ),
}

MAIL_HOLD: Final = HoldWords(
    "The mail server does not take our mails because of how it or our account there is set up.",
    "Tell whoever runs Tandem: SMTP_URL names the mail server and how we sign in there; the "
    "server's own log says what it misses (sign-in, encryption, a domain that may not send).",
)

ANY_HOLD: Final = HoldWords(
    "Twilio refuses our texts because of how the account or the number is set up.",
    "Tell whoever runs Tandem: the Twilio console shows the reason, under the error logs.",
)

REMINDER_STATES: Final = {"due": "Waiting", "sent": "Sent", "cancelled": "Cancelled"}

REMINDERS: Final = {
    "booking_1": "First booking reminder",
    "booking_2": "Second booking reminder",
    "booking_3": "Last booking reminder",
    "before_visit_3d": "Three days before the visit",
    "before_visit_1d": "The day before the visit",
    "nudge_1": "Nudge: question still open",
    "nudge_2": "Last nudge: question still open",
}

REASONS: Final = {
    "stopped": "the parent said stop",
    "paused": "texting was paused",
    "booked": "the visit was booked",
    "urgent": "a red flag came up",
    "crisis": "a red flag came up",
    "wrong_number": "it was a wrong number",
    "person_wanted": "the parent wants a person",
    "declined": "the parent said no",
    "suggested": "a new suggestion replaced it",
    "later": "the parent asked for later",
    "answered": "the parent answered",
    "back": "planned anew",
    "not_booked": "the visit fell through",
    "refused": "this number cannot get texts",
    "outdated": "the conversation went on",
    "too_old": "it could not be sent for too long",
    "too_late": "the day of the visit had come",
}

CONSENTS: Final = {
    "granted": "Agreed to messages",
    "declined": "Said no to messages",
    "revoked": "Stop",
}

METHODS: Final = {
    "reply_yes": "replied yes",
    "reply_answer": "answered the first question",
    "reply_no": "replied no",
    "reply": "in a message",
    "reply_start": "wrote START",
    "list": "on a list the clinic uploaded",
    "staff": "recorded by staff",
    "carrier": "reported by the carrier",
    "wrong_number": "said it is a wrong number",
    "unsubscribe": "with the link in a mail",
    "complaint": "reported a mail as spam",
}

OPENED_BY: Final = {
    "parent": "The parent wrote first",
    "outreach": "Invited from a list",
    "staff": "Started by staff",
    "api": "Started by another system",
}

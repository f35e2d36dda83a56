"""The tables, by aggregate."""

from service.store.models.base import Base
from service.store.models.clinic import Clinic, Sender, Staff
from service.store.models.contact import Consent, Contact
from service.store.models.conversation import AlertRow, ConversationRow, ReminderRow, SuggestionRow
from service.store.models.message import Reply, TextRow
from service.store.models.outreach import Campaign, Recipient
from service.store.models.system import Heartbeat, Pack

__all__ = [
    "AlertRow",
    "Base",
    "Campaign",
    "Clinic",
    "Consent",
    "Contact",
    "ConversationRow",
    "Heartbeat",
    "Pack",
    "Recipient",
    "ReminderRow",
    "Reply",
    "Sender",
    "Staff",
    "SuggestionRow",
    "TextRow",
]

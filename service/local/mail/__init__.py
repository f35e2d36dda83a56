"""A mail provider of our own on loopback, for the local run and for tests.

Mail goes both ways through a real SMTP conversation, and reaches the clinic through the ordinary
webhook: nothing in the product knows that the world it writes to is a simulation.
"""

from __future__ import annotations

from service.local.mail.handover import MailRefused
from service.local.mail.log import Mailbox
from service.local.mail.mail import Mail, State
from service.local.mail.opened import OpenedMail, open_mail
from service.local.mail.provider import MailDelays, SimulatedMail
from service.local.mail.server import RunningMail, serve_mail

__all__ = [
    "Mail",
    "MailDelays",
    "MailRefused",
    "Mailbox",
    "OpenedMail",
    "RunningMail",
    "SimulatedMail",
    "State",
    "open_mail",
    "serve_mail",
]

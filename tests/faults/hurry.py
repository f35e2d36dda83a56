"""Shorter waits, so that a run takes minutes: those for mails always, the others in the quick form.

The quick form is only for runs in which the carrier of texts never stays silent: a claim must
outlive every call.
"""

from __future__ import annotations

from datetime import timedelta

TICK_SECONDS = 5.0
STALE = timedelta(seconds=10)
TAKING_SECONDS = 4.0
"""How long the product waits for a mail server's answer to a whole mail."""
A_PERSON_AFTER = timedelta(seconds=60)
A_PERSON_SOON_AFTER = timedelta(seconds=15)
"""When a person is told about a mail in doubt; both later than its claim is taken for stale."""


def hurry_mails(a_person_after: timedelta = A_PERSON_AFTER) -> None:
    """Let the product give up on a silent mail server, and on a mail in doubt, much sooner."""
    from service.channels import smtp
    from service.flows import settle_mail

    smtp.TAKING_SECONDS = TAKING_SECONDS
    settle_mail.A_PERSON_AFTER = a_person_after


def hurry() -> None:
    """Let the tick come every five seconds, and claims be in doubt after ten."""
    import tasks.app
    from service.flows import settle, settle_mail

    tasks.app.TICK_SECONDS = TICK_SECONDS
    settle.settle_stale.__defaults__ = (STALE,)
    settle_mail.settle_mails.__defaults__ = (STALE,)
    hurry_mails(A_PERSON_SOON_AFTER)

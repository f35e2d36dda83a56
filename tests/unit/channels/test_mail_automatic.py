"""Which mail no person wrote; a parent's reply is never among it."""

from __future__ import annotations

import pytest

from service.channels.mail_in import read_mail


def automatic(
    *headers: str, sender: str = "Ana <ana@example.com>", subject: str = "Re: list"
) -> bool:
    lines = [f"From: {sender}", f"Subject: {subject}", *headers, "", "I am out of office, but 2."]
    return read_mail("\n".join(lines).encode()).automatic


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; type=x",
        "Return-Path: <>",
        "Return-Path:",
        "Precedence: bulk",
        "Precedence: List",
        "Precedence: junk",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Autorespond: Re: list",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "List-Id: <group.example.com>",
        "X-Tandem: 1",
        "X-Failed-Recipients: a@example.com",
        'Content-Type: multipart/report; boundary="b"',
    ],
)
def test_a_header_of_machines_makes_it_automatic(header: str) -> None:
    assert automatic(header)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: No; reason=x",
        "Return-Path: <ana@example.com>",
        "Precedence: normal",
        "Precedence: first-class",
        "X-Autoreply: no",
        "X-Auto-Response-Suppress: None",
        "X-Auto-Response-Suppress: DR, RN, NRN",
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\nIn-Reply-To: <a@b.example>",
        "X-MS-Has-Attach: yes",
    ],
)
def test_what_programs_put_on_a_persons_mail_does_not(header: str) -> None:
    assert not automatic(header)


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mx.example.com",
        "Mail Delivery System <MAILER-DAEMON>",
        "Postmaster <postmaster@example.com>",
        "no-reply@example.com",
        "News <noreply+abc@example.com>",
        "DoNotReply@example.com",
        "do_not_reply@example.com",
        "no-responder@example.com",
        "bounces+12@example.com",
    ],
)
def test_senders_nobody_writes_as_are_automatic(sender: str) -> None:
    assert automatic(sender=sender)


@pytest.mark.parametrize(
    "sender", ["noreen@example.com", "postman@example.com", "Postmaster Pat <pat@example.com>"]
)
def test_people_with_names_like_them_are_not(sender: str) -> None:
    assert not automatic(sender=sender)


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Re: list",
        "Auto-Reply: list",
        "AutoReply",
        "Out of Office: list",
        "Out of the office",
        "[Out of Office] Re: list",
        "Out of Office AutoReply: list",
        "OOO: list",
        "Out of office until Monday Re: list",
        "Respuesta automática: lista",
        "Respuesta automatica: lista",
        "Fuera de la oficina: lista",
        "Fuera de oficina",
        "Auto: list",
        "Ausente: lista",
        "Undeliverable: list",
        "Undelivered Mail Returned to Sender",
        "Delivery Status Notification (Failure)",
        "Mail delivery failed: returning message to sender",
        "failure notice",
        "No se puede entregar: lista",
    ],
)
def test_a_subject_that_begins_like_an_absence_note_or_a_bounce_is(subject: str) -> None:
    assert automatic(subject=subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: list",
        "RE: Out of Office: list",
        "Automatic doors scare him",
        "Out of office hours ok?",
        "Autism evaluation",
        "Autonomy and dressing",
        "Fuera de la escuela se cae",
        "Returned to sender? He is 4",
        "Delivery was at 30 weeks",
        "",
    ],
)
def test_a_persons_subject_is_not(subject: str) -> None:
    assert not automatic(subject=subject)

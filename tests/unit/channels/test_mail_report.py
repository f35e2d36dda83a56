"""Delivery reports and complaints: what became of a mail of ours."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from service.channels.mail_in import read_mail
from service.channels.mail_report import DeliveryReport

MAILS = Path(__file__).parents[2] / "data" / "mails"
OURS = "<tandem.18f3a@mail.sunnydays.example>"


def report(
    *parts: str, kind: str = "report; report-type=delivery-status", more: str = ""
) -> DeliveryReport | None:
    body = "".join(f"--b\n{part}\n" for part in ("\nWords for people\n", *parts)) + "--b--\n"
    head = f"From: MAILER-DAEMON@x.example\nSubject: x\n{more}"
    head += f"Content-Type: multipart/{kind}; boundary=b\n\n"
    mail = read_mail((head + body).encode())
    assert mail.automatic
    return mail.report


def status(*groups: str) -> str:
    return "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n" + "\n\n".join(
        groups
    )


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("bounce-postfix", ("failed", "5.1.1", OURS)),
        ("bounce-postfix-delayed", ("delayed", "4.4.1", OURS)),
        ("bounce-exchange", ("failed", "5.1.10", OURS)),
        ("bounce-gmail-full", ("failed", "4.2.2", OURS)),
        ("bounce-qmail-shape", ("failed", "5.1.1", OURS)),
        ("report-delivered", ("delivered", "2.0.0", OURS)),
        ("complaint-arf", ("complaint", "", OURS)),
    ],
)
def test_each_servers_report_is_understood(name: str, wanted: tuple[str, str, str]) -> None:
    found = read_mail((MAILS / f"{name}.eml").read_bytes()).report
    assert found is not None
    assert (found.kind, found.status, found.original_message_id) == wanted
    assert "\n" not in found.diagnostic
    assert len(found.diagnostic) <= 200


def test_no_other_mail_is_taken_for_a_report() -> None:
    names = json.loads((MAILS / "mails.json").read_text("utf-8"))
    reports = [name for name in names if read_mail((MAILS / f"{name}.eml").read_bytes()).report]
    assert len(reports) == 7


def test_what_the_other_server_said_is_one_line() -> None:
    found = report(
        status(
            "Final-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1 (x)\n"
            "Diagnostic-Code: smtp; 550\n  no such\n  user"
        )
    )
    assert found == DeliveryReport("failed", "5.1.1", "550 no such user", None)


def test_of_several_recipients_the_worst_news_is_told() -> None:
    found = report(
        status(
            "Action: delivered\nStatus: 2.0.0",
            "Action: failed\nStatus: 5.2.2",
            "Action: delayed\nStatus: 4.2.2",
        )
    )
    assert found is not None
    assert (found.kind, found.status) == ("failed", "5.2.2")


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        ("Status: 5.7.1", ("failed", "5.7.1")),
        ("Status: 4.2.2", ("delayed", "4.2.2")),
        ("Action: Failed\nDiagnostic-Code: smtp; 550-5.4.1 no", ("failed", "5.4.1")),
        (
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 full",
            ("failed", "5.2.2"),
        ),
        ("Action: failed\nStatus: nonsense", ("failed", "")),
        ("Action: relayed\nStatus: 2.1.9", ("delivered", "2.1.9")),
    ],
)
def test_a_report_that_says_less_is_read_as_far_as_it_goes(
    group: str, wanted: tuple[str, str]
) -> None:
    found = report(status(group))
    assert found is not None
    assert (found.kind, found.status) == wanted


@pytest.mark.parametrize(
    "part",
    [
        "Content-Type: message/delivery-status\n\n",
        status("Nothing: here"),
        "Content-Type: text/plain\n\nwords",
    ],
)
def test_a_report_without_news_is_none_but_automatic(part: str) -> None:
    assert report(part) is None


def test_a_report_in_base64_is_read_too() -> None:
    fields = base64.encodebytes(
        b"Reporting-MTA: dns; x\n\nAction: failed\nStatus: 5.1.1\n"
    ).decode()
    part = "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + fields
    assert report(part) == DeliveryReport("failed", "5.1.1", "", None)


def test_the_mail_it_is_about_is_found_in_its_headers_alone_or_in_the_thread() -> None:
    group = status("Action: failed\nStatus: 5.1.1")
    headers = "Content-Type: text/rfc822-headers\n\nFrom: us\nMessage-ID: <one@x.example>\n"
    assert report(group, headers) == DeliveryReport("failed", "5.1.1", "", "<one@x.example>")
    thread = report(group, more="In-Reply-To: <two@x.example>\n")
    assert thread is not None
    assert thread.original_message_id == "<two@x.example>"


@pytest.mark.parametrize(
    ("told", "kind"),
    [("abuse", "complaint"), ("fraud", "complaint"), ("not-spam", None), ("auth-failure", None)],
)
def test_only_feedback_against_a_mail_is_a_complaint(told: str, kind: str | None) -> None:
    part = f"Content-Type: message/feedback-report\n\nFeedback-Type: {told}\nVersion: 1\n"
    found = report(part, kind="report; report-type=feedback-report")
    assert (found.kind if found else None) == kind


def test_a_persons_mail_with_such_an_attachment_is_no_report() -> None:
    raw = "From: ana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n"
    assert read_mail((raw + status("Action: failed\nStatus: 5.1.1")).encode()).report is None

"""Handing mails over: encryption, sign-in, kept connections, and what a refusal means."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.smtp_url import BadSmtpUrl, read_smtp_url
from service.channels.errors import (
    AddressRefused,
    ContentRefused,
    Misconfigured,
    NotAllowedThere,
    SendError,
    TooFast,
    TryLater,
)
from service.channels.mail_codes import Stage, class_of_bounce, enhanced_code, refusal
from service.channels.smtp import SmtpMail
from tests.support.ports import free_port
from tests.support.smtp_server import SmtpServer, Trouble, smtp_server

MAIL = b"Subject: hi\r\n\r\n.a line that begins with a dot\r\n..two\r\n"


def send(url: str, to: str = "ana@example.com", mail: bytes = MAIL) -> SmtpMail:
    smtp = SmtpMail(read_smtp_url(url), "mail.tandem.example")
    hand_over(smtp, to, mail)
    return smtp


def hand_over(smtp: SmtpMail, to: str = "ana@example.com", mail: bytes = MAIL) -> None:
    smtp.send(
        envelope_from="bounce@mail.tandem.example", to=to, mail=mail, before_last_dot=lambda: None
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of our own for 127.0.0.1, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def tls_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


def test_every_byte_of_a_mail_arrives_also_lines_that_begin_with_a_dot(server: SmtpServer) -> None:
    send(server.url).close()
    assert [raw for _, _, raw in server.taken] == [MAIL]


def test_starttls_is_spoken_and_the_certificate_is_checked(certificate: Path) -> None:
    with smtp_server(tls=tls_of(certificate)) as server:
        port = server.url.rpartition(":")[2]
        address = f"smtp://localhost:{port}"
        send(f"{address}?starttls=yes&ca={certificate}").close()
        assert server.encrypted == 1
        with pytest.raises(Misconfigured, match="certificate"):
            send(f"{address}?starttls=yes")
        assert len(server.taken) == 1


def test_a_server_without_starttls_gets_no_mail_where_it_is_wanted(server: SmtpServer) -> None:
    with pytest.raises(Misconfigured, match="STARTTLS"):
        send(f"{server.url}?starttls=yes")
    assert server.taken == []


def test_signing_in_works_and_a_wrong_password_is_a_fault_of_the_setting(
    certificate: Path,
) -> None:
    with smtp_server(tls=tls_of(certificate), password=True) as server:
        where = f"localhost:{server.url.rpartition(':')[2]}?starttls=yes&ca={certificate}"
        send(f"smtp://tandem:right%20password@{where}").close()
        assert len(server.taken) == 1
        for user in ("tandem:wrong", "nobody:right%20password"):
            with pytest.raises(Misconfigured):
                send(f"smtp://{user}@{where}")
        with pytest.raises(Misconfigured):
            send(f"smtp://{where}")
        assert len(server.taken) == 1


def test_nobody_there_is_no_reason_to_give_up() -> None:
    with pytest.raises(TryLater, match="no connection"):
        send(f"smtp://127.0.0.1:{free_port()}")


def test_a_kept_connection_that_was_closed_meanwhile_costs_nothing(server: SmtpServer) -> None:
    smtp = send(server.url)
    server.trouble = Trouble.HANGS_UP_INSTEAD_OF_ANSWERING
    with pytest.raises(SendError):
        hand_over(smtp)
    server.trouble = Trouble.NONE
    hand_over(smtp)
    hand_over(smtp)
    smtp.close()
    assert len(server.taken) == 4
    assert server.connections == 2


def test_where_the_last_word_before_the_dot_is_no_nothing_is_sent(server: SmtpServer) -> None:
    smtp = SmtpMail(read_smtp_url(server.url), "mail.tandem.example")

    def no() -> None:
        raise RuntimeError("the database is away")

    with pytest.raises(TryLater):
        smtp.send(envelope_from="a@b.example", to="c@d.example", mail=MAIL, before_last_dot=no)
    hand_over(smtp)
    smtp.close()
    assert [to for _, to, _ in server.taken] == ["ana@example.com"]


@pytest.mark.parametrize(
    ("stage", "code", "words", "kind"),
    [
        (Stage.RECIPIENT, 550, "5.1.1 No such user", AddressRefused),
        (Stage.RECIPIENT, 550, "No such user here", AddressRefused),
        (Stage.RECIPIENT, 553, "5.1.3 Bad address", AddressRefused),
        (Stage.RECIPIENT, 556, "5.1.10 Null MX", AddressRefused),
        (Stage.RECIPIENT, 550, "5.2.1 Mailbox disabled", AddressRefused),
        (Stage.RECIPIENT, 552, "5.2.2 Mailbox full", TryLater),
        (Stage.RECIPIENT, 554, "5.7.1 Relay access denied", NotAllowedThere),
        (Stage.RECIPIENT, 450, "4.2.1 rate limit exceeded", TooFast),
        (Stage.RECIPIENT, 451, "4.3.0 Greylisted", TryLater),
        (Stage.SENDER, 550, "5.7.60 Not authorised to send as this sender", Misconfigured),
        (Stage.SENDER, 552, "5.3.4 Message too big", ContentRefused),
        (Stage.WORDS, 550, "5.7.26 Unauthenticated mail", Misconfigured),
        (Stage.WORDS, 554, "5.7.1 Message contains spam", ContentRefused),
        (Stage.WORDS, 550, "5.1.1 The account does not exist", AddressRefused),
        (Stage.WORDS, 421, "4.7.28 Our system has detected an unusual rate", TooFast),
        (Stage.SIGN_IN, 535, "5.7.8 Bad credentials", Misconfigured),
        (Stage.SIGN_IN, 454, "4.7.0 Temporary authentication failure", TooFast),
        (Stage.SENDER, 530, "5.7.0 Must issue a STARTTLS command first", Misconfigured),
    ],
)
def test_each_refusal_has_its_class(
    stage: Stage, code: int, words: str, kind: type[SendError]
) -> None:
    fault = refusal(stage, code, words)
    assert type(fault) is kind
    assert fault.code == code


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", AddressRefused),
        ("5.0.0", AddressRefused),
        ("5.4.4", AddressRefused),
        ("4.2.2", TryLater),
        ("5.2.2", TryLater),
        ("5.4.7", TryLater),
        ("5.7.1", NotAllowedThere),
        ("5.7.26", Misconfigured),
        ("5.3.4", ContentRefused),
        ("", TryLater),
        ("2.1.5", TryLater),
        ("five", TryLater),
        ("5.1.1.1", TryLater),
    ],
)
def test_a_bounce_has_the_class_of_its_status(status: str, kind: type[SendError]) -> None:
    assert class_of_bounce(status) is kind


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("550 5.1.1 <ana@example.com>: no such user", "5.1.1"),
        ("no such user (5.1.10).", "5.1.10"),
        ("Host 192.5.1.1 is blocked", None),
        ("rejected by 5.9.12.34", None),
        ("nothing", None),
    ],
)
def test_a_code_is_told_from_an_address(words: str, code: str | None) -> None:
    assert enhanced_code(words) == code


def test_a_server_that_is_busy_is_asked_once_however_many_connections_are_kept(
    server: SmtpServer,
) -> None:
    smtp = send(server.url)
    server.trouble, server.reply = Trouble.REFUSES_RECIPIENT, "450 4.7.28 rate limit"
    with pytest.raises(TooFast):
        hand_over(smtp)
    smtp.close()
    assert server.connections == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mail.example:25", "must look like"),
        ("http://mail.example", "must look like"),
        ("smtp://", "must look like"),
        ("smtp://host:99999", "port"),
        ("smtp://host/path", "nothing may follow"),
        ("smtp://host?tls=1", "no option tls"),
        ("smtp://host?starttls=maybe", "yes or no"),
        ("smtp://user@host", "password"),
    ],
)
def test_a_wrong_address_of_the_server_says_what_is_wrong_and_no_secret(url: str, why: str) -> None:
    with pytest.raises(BadSmtpUrl, match=why):
        read_smtp_url(url)


def test_encryption_is_the_default_everywhere_but_on_this_machine() -> None:
    assert read_smtp_url("smtp://relay.example").starttls
    assert read_smtp_url("smtp://relay.example").port == 587
    assert read_smtp_url("smtps://relay.example").implicit_tls
    assert not read_smtp_url("smtp://relay.example?starttls=no").starttls
    assert not read_smtp_url("smtp://127.0.0.1:25").starttls
    assert read_smtp_url("smtp://u%40x:p%3A@h.example").user == "u@x"
    assert "p:" not in repr(read_smtp_url("smtp://u:p:@h.example"))

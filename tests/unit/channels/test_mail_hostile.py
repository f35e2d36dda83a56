"""Mail made to break a reader: nothing but ``BadMail`` comes out, and soon."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.mail_in import BadMail, InboundMail, read_mail

MAILS = sorted((Path(__file__).parents[2] / "data" / "mails").glob("*.eml"))
HEAD = b"From: Ana <ana@example.com>\r\nSubject: Re: list\r\n"
MOST_SECONDS = 8
"""Measured: at most about one; other tests run at the same time. What explodes takes minutes."""


def reads(raw: bytes) -> InboundMail:
    began = time.monotonic()
    mail = read_mail(raw)
    assert time.monotonic() - began < MOST_SECONDS
    for text in (mail.text, mail.subject, *mail.attachments, *mail.remarks, *mail.references):
        text.encode("utf-8")  # no lone surrogate
        assert "\0" not in text
    return mail


def mixed(body: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body


def nested(levels: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=n%d\n\n--n%d\n" % (i, i) for i in range(levels)
    )
    return HEAD + opened + b"Content-Type: text/plain\n\nhe falls\n"


@pytest.mark.parametrize("levels", [200, 2_000, 10_000])
def test_words_below_thousands_of_levels_are_found(levels: int) -> None:
    mail = reads(nested(levels))
    assert mail.text.endswith("he falls")
    assert "parts nested too deeply" in mail.remarks


@pytest.mark.parametrize("kind", [b"\xc2\xa0multipart", b"multi\xe2\x80\x8bpart", b"multi part"])
def test_a_multipart_in_disguise_is_never_opened(kind: bytes) -> None:
    opened = nested(1_000).replace(b"multipart", kind)
    assert reads(opened).text.endswith("he falls")


def test_mails_in_mails_stay_closed_however_many() -> None:
    inner = b"Content-Type: message/rfc822\n\n" * 20_000 + b"another's words"
    mail = reads(mixed(b"--b\n\nhe falls\n--b\n" + inner + b"\n--b--\n"))
    assert (mail.text, mail.attachments, mail.remarks) == ("he falls", ("message/rfc822",), ())


def test_lines_that_many_open_parts_are_asked_about_are_cut_and_told() -> None:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=n%d\n\n--n%d\n" % (i, i) for i in range(40)
    )
    mail = reads(HEAD + opened + b"\nhe falls\n" + b"\n" * 1_000_000)
    assert (mail.text, mail.remarks) == ("he falls", ("too many lines",))


def test_parameters_the_library_cannot_read_cost_no_words() -> None:
    mail = reads(
        HEAD + b"Content-Type: multipart/mixed; boundary*0=a; boundary*=b\n\n--a\n\nhe falls\n--a--"
    )
    assert (mail.text, mail.remarks) == ("he falls", ("the parts could not be told apart",))
    number = b"9" * 5_000
    kind = b"Content-Type: text/plain; charset*=undefined''x; name*" + number + b"=x\n\nhe falls"
    assert reads(HEAD + kind).text == "he falls"


def test_more_headers_than_are_looked_at_are_cut_and_told() -> None:
    mail = reads(HEAD + b"X-A: b\n" * 6_000 + b"\nwords")
    assert (mail.text, mail.remarks) == ("words", ("the headers were cut",))
    assert reads(HEAD.rstrip()).remarks == ()


def test_ten_thousand_parts_are_cut_and_told() -> None:
    mail = reads(mixed(b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n" * 10_000))
    assert mail.text.startswith("hi\n\nhi")
    assert "too many parts" in mail.remarks


def test_a_large_attachment_costs_little() -> None:
    data = (b"A" * 76 + b"\r\n") * 250_000
    kind = b"Content-Type: video/mp4; name=v.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    mail = reads(mixed(b"--b\r\n\r\nhere\r\n--b\r\n" + kind + data + b"--b--\r\n"))
    assert (mail.text, mail.attachments) == ("here", ("v.mp4",))


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\nwords",
        HEAD + b"X-A: b\r\n" * 300_000 + b"\r\nwords",
        HEAD + b"To: " + b"a@b.example, " * 300_000 + b"\r\n\r\nwords",
        HEAD + b"To: " + b"(" * 3_000_000 + b"\r\n\r\nwords",
        HEAD + b"X-Subject: " + b"=?utf-8?q?a?= " * 300_000 + b"\r\n\r\nwords",
        HEAD + b"References: " + b"<" * 3_000_000 + b"\r\n\r\nwords",
        HEAD + b"Content-Type: text/plain" + b';a="\\\\' * 600_000 + b"\r\n\r\nwords",
        HEAD + b"Content-Type: text/plain" + b";a*0*=x" * 400_000 + b"\r\n\r\nwords",
    ],
    ids=["long", "many", "addresses", "comments", "encoded", "ids", "quotes", "pieces"],
)
def test_megabytes_of_headers_are_cut_and_the_words_stay(raw: bytes) -> None:
    mail = reads(raw)
    assert mail.text == "words"
    assert "the headers were cut" in mail.remarks


@pytest.mark.parametrize("part", [b"--c\n", b"--b", b"\n", b"a ", b"a \n", b"=\n", b"\xff"])
def test_a_body_of_the_same_bytes_is_read(part: bytes) -> None:
    body = part * (200_000 // len(part))
    for encoding in (b"7bit", b"quoted-printable", b"base64"):
        reads(HEAD + b"Content-Transfer-Encoding: " + encoding + b"\n\n" + body)
    reads(HEAD + b"Content-Type: text/plain; format=flowed\n\n" + body)
    reads(mixed(body))


def test_a_header_cannot_be_smuggled_in_through_another() -> None:
    mail = reads(
        b"From: ana@example.com\nSubject: a\rBcc: x\r\n b\nX-\0Bad: 1\nTo: r@example.net\n\nhi"
    )
    assert mail.subject == "a Bcc: x b"
    assert mail.recipients == ("r@example.net",)


def test_a_missing_boundary_is_guessed_or_all_is_words() -> None:
    guessed = reads(
        HEAD + b"Content-Type: multipart/mixed\n\n--x1\nContent-Type: text/plain\n\nhi\n--x1--\n"
    )
    assert (guessed.text, guessed.remarks) == ("hi", ("the boundary between the parts is missing",))
    absent = reads(mixed(b"only words\n"))
    assert (absent.text, absent.remarks) == (
        "only words",
        ("the boundary between the parts is missing",),
    )


def test_an_end_that_never_comes_loses_nothing() -> None:
    assert reads(mixed(b"--b\nContent-Type: text/plain\n\nhalf a ma")).text == "half a ma"


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_read_or_refused(raw: bytes, begun: bool) -> None:
    with suppress(BadMail):
        reads(HEAD + raw if begun else raw)


PIECES = [
    b"\n", b"\r\n", b"\n\n", b"--b", b"--b--", b"Content-Type: ", b"multipart/mixed; boundary=b",
    b'multipart/alternative; boundary="b"', b"text/plain; charset=", b"utf-16", b"text/html",
    b"message/rfc822", b"multipart/report; boundary=b", b"message/delivery-status", b"\x80",
    b"Action: failed", b"From: ", b"<a@b.example>", b"=?utf-8?b?", b"?=", b"\0", b"''%ff", b"=\xc3",
    b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename*0*=",
    b"Date: ", b"9" * 30, b"<", b"&#99999999999;", b"<blockquote>", b"<!--", b"Status: 5.", b"(",
    b"Subject: ", b" ", b"Content-Type: text/html; charset=utf-8\n\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_pieces_of_mail_are_read_or_refused(pieces: list[bytes]) -> None:
    with suppress(BadMail):
        reads(b"".join(pieces))


def damaged(raw: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 8)):
        at, other = chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)
        new = chance.choice(
            [
                bytes([chance.randrange(256)]),
                chance.choice(PIECES),
                raw[other : other + chance.randint(1, 200)],
                b"",
            ]
        )
        raw = raw[:at] + new + raw[at + chance.choice([0, 1, 60]) :]
    return raw


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_damaged_mail_is_still_read(path: Path) -> None:
    chance = random.Random(path.stem)
    for _ in range(4):
        with suppress(BadMail):
            reads(damaged(path.read_bytes(), chance))

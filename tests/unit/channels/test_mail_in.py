"""What is known of a mail from its headers, its words in any encoding, and its attachments."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from service.channels.mail_in import LARGEST_MAIL_BYTES, BadMail, InboundMail, read_mail

HEAD = (
    "From: Ana <Ana@Example.com>\nTo: reply@mail.example.net\nSubject: Re: list\n"
    "Date: Mon, 30 Nov 2026 16:10:00 -0600\nMessage-ID: <a1@example.com>\n"
)


def mail(more: str = "", body: str | bytes = "2 and 5\n", head: str = HEAD) -> InboundMail:
    if isinstance(body, str):
        body = body.encode()
    return read_mail((head + more + "\n").encode() + body)


def multipart(kind: str, *parts: str) -> InboundMail:
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    return mail(f"MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=b\n", body)


def test_an_ordinary_mail_is_read_whole() -> None:
    read = mail()
    assert read.message_id == "<a1@example.com>"
    assert read.from_address == "ana@example.com"
    assert read.recipients == ("reply@mail.example.net",)
    assert read.subject == "Re: list"
    assert read.written_at == datetime(2026, 11, 30, 22, 10, tzinfo=UTC)
    assert read.text == "2 and 5"
    assert (read.attachments, read.automatic, read.report, read.remarks) == ((), False, None, ())


def test_where_it_was_delivered_comes_before_whom_it_names_and_each_once() -> None:
    read = mail(
        "Cc: Luis <luis@example.com>, reply@mail.example.net\nX-Forwarded-To: f@example.net\n"
        "Envelope-To: e@example.net\nX-Original-To: o@example.net\n"
        "Delivered-To: Reply+ABC@mail.example.net\nResent-To: r@example.net\n"
    )
    assert read.recipients == (
        "reply+abc@mail.example.net",
        "o@example.net",
        "e@example.net",
        "f@example.net",
        "reply@mail.example.net",
        "luis@example.com",
        "r@example.net",
    )


def test_at_most_fifty_recipients_are_kept() -> None:
    many = ", ".join(f"p{i}@example.com" for i in range(400))
    assert len(mail(f"Cc: {many}\n").recipients) == 50


def test_the_answered_mail_comes_first_then_the_thread_from_its_newest() -> None:
    read = mail(
        "In-Reply-To: <c@x.example>\nReferences: <a@x.example>\n <b@x.example> <c@x.example>\n"
    )
    assert read.references == ("<c@x.example>", "<b@x.example>", "<a@x.example>")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<a@b.example>", "<a@b.example>"),
        ("  <a@b.example> (comment)", "<a@b.example>"),
        ("a@b.example", "<a@b.example>"),
        ("", None),
        ("<>", None),
        ("no id at all", None),
        (f"<{'x' * 300}@b.example>", None),
    ],
)
def test_a_message_id_is_kept_with_its_brackets_or_not_at_all(
    written: str, kept: str | None
) -> None:
    head = HEAD.replace("<a1@example.com>", written)
    assert mail(head=head).message_id == kept


def test_the_same_mail_has_the_same_key_whatever_its_line_ends_and_route() -> None:
    plain = (HEAD + "\n2 and 5\n").encode()
    routed = b"Received: from x by y; Mon\n" + plain
    keys = {read_mail(raw).content_key for raw in (plain, routed, plain.replace(b"\n", b"\r\n"))}
    assert len(keys) == 1
    assert mail(body="2 and 6\n").content_key not in keys
    assert mail(head=HEAD.replace("16:10", "16:11")).content_key not in keys


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Ana <ana@example.com>", "ana@example.com"),
        ('"Lopez, Ana" <ANA@example.com>', "ana@example.com"),
        ("ana@example.com (Ana)", "ana@example.com"),
        ("=?utf-8?q?Ana_=3Cevil=40example=2Eorg=3E?= <ana@example.com>", "ana@example.com"),
        ("Family: ana@example.com, luis@example.com;", "ana@example.com"),
        ("undisclosed-recipients:;", ""),
        ("Ana", ""),
        ("Ana <ana@>", ""),
        ("", ""),
    ],
)
def test_the_sender_is_an_address_in_lower_case_or_empty(written: str, address: str) -> None:
    assert mail(head=f"From: {written}\nSubject: x\n").from_address == address


def test_the_first_of_several_from_headers_counts_and_staff_are_told() -> None:
    read = mail("From: Other <other@example.com>\n")
    assert read.from_address == "ana@example.com"
    assert read.remarks == ("several From headers",)


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("=?UTF-8?B?TGEgbGlzdGEgZGUgdHUgbmnDsQ==?= =?UTF-8?B?YQ==?=", "La lista de tu niña"),
        ("=?UTF-8?B?bmnD?= =?UTF-8?B?sWE=?=", "niña"),
        ("=?iso-8859-1?Q?ni=F1a?= and more", "niña and more"),
        ("=?x-none?Q?abc?=", "abc"),
        ("=?utf-8?B?!!!?=", ""),
        ("two\n  lines", "two lines"),
        ("a\tb\x07c", "a bc"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_subject_is_one_decoded_line(written: str, subject: str) -> None:
    assert mail(head=HEAD.replace("Re: list", written)).subject == subject


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "Mon, 30 Nov 1889 00:00:00 +0000",
        "99 Nov 2026",
        "Mon, 30 Nov 9999 23:00:00 -2300",
    ],
)
def test_a_date_nobody_can_believe_is_none(written: str) -> None:
    head = HEAD.replace("Mon, 30 Nov 2026 16:10:00 -0600", written)
    assert mail(head=head).written_at is None


@pytest.mark.parametrize(
    ("declared", "data", "text", "remarks"),
    [
        ("utf-8", "niña".encode(), "niña", ()),
        ("utf-8", "niña".encode("latin-1"), "niña", ("the charset was not the one it names",)),
        ("us-ascii", "niña".encode(), "niña", ("the charset was not the one it names",)),
        ("iso-8859-1", "niña".encode(), "niña", ("the charset was not the one it names",)),
        ("iso-8859-1", "it’s 5 €".encode("cp1252"), "it’s 5 €", ()),
        ("windows-1252", "“niña”".encode("cp1252"), "“niña”", ()),
        ("windows-1252", b"a\x81b\x93", "ab“", ()),
        ("utf-16", "niña".encode("utf-16"), "niña", ()),
        ("utf-16le", "2 and 5".encode("utf-16-le"), "2 and 5", ()),
        ("utf-16", b"2 and 5", "2 and 5", ("the charset was not the one it names",)),
        ("utf-32", b"he falls", "he falls", ("the charset was not the one it names",)),
        ("utf-7", b"ni+APE-a", "ni+APE-a", ("unknown charset",)),
        ("klingon", "niña".encode(), "niña", ("unknown charset",)),
        ("rot13", b"2 and 5", "2 and 5", ("unknown charset",)),
        ("", b"2 and 5", "2 and 5", ()),
        ("big5", b"\xff\xff2", "\ufffd\ufffd2", ("the charset was not the one it names",)),
    ],
)
def test_words_in_a_wrong_or_unknown_charset_are_read_as_well_as_can_be(
    declared: str, data: bytes, text: str, remarks: tuple[str, ...]
) -> None:
    read = mail(f'Content-Type: text/plain; charset="{declared}"\n', data)
    assert (read.text, read.remarks) == (text, remarks)


@pytest.mark.parametrize(
    ("encoding", "body", "text", "remarks"),
    [
        ("base64", base64.b64encode(b"2 and 5"), "2 and 5", ()),
        ("BASE64", b"MiBh\nbmQg\nNQ", "2 and 5", ("broken base64",)),
        ("base64", b"MiBh*bmQgNQ==", "2 and 5", ("broken base64",)),
        ("base64", b"MiBhbmQgNQ==\nlist footer", "2 and 5", ("broken base64",)),
        ("base64", b"MiBhbmQgNQ==Z", "2 and 5", ("broken base64",)),
        ("base64", b"MiBh\nbmQgN", "2 and", ("broken base64",)),
        ("quoted-printable", b"2=\n and=205", "2 and 5", ()),
        ("quoted-printable", b"2 =ZZ 5", "2 =ZZ 5", ("broken quoted-printable",)),
        ("x-strange", b"2 and 5", "2 and 5", ()),
    ],
)
def test_broken_encodings_are_read_as_far_as_they_go(
    encoding: str, body: bytes, text: str, remarks: tuple[str, ...]
) -> None:
    read = mail(f"Content-Transfer-Encoding: {encoding}\n", body)
    assert (read.text, read.remarks) == (text, remarks)


def test_nothing_that_cannot_be_stored_or_seen_is_left_in_the_words() -> None:
    body = "\ufeff2\u200b and\x00 5\u00ad\r\n\u202enext\u2028line\u00a0end👨‍👩‍👧"
    assert mail(body=body).text == "2 and 5\nnext\nline end👨‍👩‍👧"


def test_long_words_are_cut_and_staff_are_told() -> None:
    read = mail(body="word " * 30_000)
    assert len(read.text) <= 100_000
    assert read.remarks == ("the words were cut at 100,000 characters",)


def test_flowed_lines_are_put_together() -> None:
    kind = "Content-Type: text/plain; format=flowed; delsp="
    body = "He falls \nwhen he runs.\n> quoted \n> too\n-- \nAna\n"
    assert mail(f"{kind}no\n", body).text == "He falls when he runs.\n> quoted too\n-- \nAna"
    assert mail(f"{kind}yes\n", "fal \nls\n").text == "falls"


def test_plain_words_are_preferred_and_parts_around_a_picture_are_joined() -> None:
    plain, html = "Content-Type: text/plain\n\nfirst\n", "Content-Type: text/html\n\n<p>rich</p>\n"
    picture = "Content-Type: image/png; name=a.png\n\nx\n"
    assert multipart("alternative", plain, html).text == "first"
    assert (
        multipart("mixed", plain, picture, plain.replace("first", "last")).text == "first\n\nlast"
    )
    assert multipart("alternative", plain.replace("first", " "), html).text == "rich"


def test_attachments_are_named_but_never_read() -> None:
    read = multipart(
        "mixed",
        "\nwords\n",
        "Content-Type: text/plain; name=notes.txt\nContent-Disposition: attachment\n\nsecret\n",
        "Content-Type: application/zip\n"
        'Content-Disposition: attachment; filename="C:\\tmp\\a.zip"\n\nx',
        "Content-Type: audio/amr\n\nx\n",
        "Content-Type: message/rfc822\n\nFrom: a@b.example\n\nforwarded\n",
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n",
        "Content-Type: application/pdf\nContent-Disposition: attachment;\n"
        " filename*0*=UTF-8''inf%C3%B3;\n filename*1*=rme;\n filename*2=\".pdf\"\n\nx\n",
    )
    assert read.text == "words"
    assert read.attachments == (
        "notes.txt",
        "a.zip",
        "audio/amr",
        "message/rfc822",
        "text/calendar",
        "infórme.pdf",
    )


def test_names_of_attachments_are_one_short_clean_line() -> None:
    long = "x" * 300 + ".pdf"
    read = multipart(
        "mixed",
        "\nwords\n",
        f"Content-Type: application/pdf; name={long}\n\nx",
        'Content-Type: application/pdf; name="../../etc/pass\u202ewd\tx"\n\nx',
        'Content-Type: application/pdf; name="=?utf-8?b?'
        + base64.b64encode(b"a\nb\0c").decode()
        + '?="\n\nx',
    )
    assert read.attachments == ("x" * 76 + ".pdf", "passwd x", "a bc")


def test_pictures_shown_inside_the_words_are_no_attachments() -> None:
    html = 'Content-Type: text/html\n\n<p>Ana</p><img src="cid:logo@x">\n'
    logo = "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>\n\nx"
    photo = "Content-Type: image/jpeg; name=photo.jpg\nContent-ID: <other@x>\n\nx"
    assert multipart("related", html, logo, photo).attachments == ("photo.jpg",)


def test_at_most_twenty_attachments_are_named() -> None:
    parts = [f"Content-Type: image/png; name={i}.png\n\nx" for i in range(30)]
    assert len(multipart("mixed", "\nwords\n", *parts).attachments) == 20


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the mail is empty"),
        (b"\r\n \n", "the mail is empty"),
        (b"just words", "this is not a mail: it has no headers of one"),
        (b'{"from": "a"}', "this is not a mail: it has no headers of one"),
        (b"\n\nhttp://example.com\n", "this is not a mail: it has no headers of one"),
        (b"x" * (LARGEST_MAIL_BYTES + 1), "the mail is larger than 25 MB"),
    ],
    ids=["empty", "blank", "words", "json", "address", "large"],
)
def test_what_is_no_mail_is_refused_with_one_line(raw: bytes, reason: str) -> None:
    with pytest.raises(BadMail) as refused:
        read_mail(raw)
    assert str(refused.value) == reason


def test_a_mail_that_forgot_the_empty_line_keeps_its_words() -> None:
    read = read_mail(b"From: a@b.example\nSubject: x\nYes please call me\n")
    assert read.text == "Yes please call me"

"""What the parent wrote in a mail, word for word: quoted mail and signature gone, nothing else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.reading.email_text import mail_words, written_text

QUOTE = "> Which of these?\n> 1 Late to sit\n> 2 Trips\n"
LIST = "Which of these?\n1 Late to sit\n2 Trips\n"
EN_HEADERS = (
    "Sunny Days <r@d.example>\nSent: Monday, November 30, 2026 4:10 PM\nTo: Ana\nSubject: List"
)

ATTRIBUTIONS = {
    "Gmail": "On Mon, Nov 30, 2026 at 4:10\u202fPM Sunny Days <r@d.example> wrote:",
    "Gmail, two lines": "On Mon, Nov 30, 2026 at 4:10 PM Sunny Days Therapy <\nr@d.example> wrote:",
    "Gmail, Spanish": "El lun, 30 nov 2026 a las 16:10, Sunny Days (<r@d.example>)\nescribió:",
    "Gmail, Mexico": "El lun, 30 nov 2026 a la(s) 4:10 p.m., Sunny Days (r@d.example)\nescribió:",
    "Gmail, three lines": "El lun., 30 de nov. de 2026 4:10 p. m., X\nY <\nr@d.example> escribió:",
    "Apple": "On Nov 30, 2026, at 4:10 PM, Sunny Days <r@d.example> wrote:",
    "Apple, no address": "On Nov 30, 2026, at 4:10 PM, Sunny Days wrote:",
    "Apple, Spanish": "El 30 nov 2026, a las 16:10, Sunny Days <r@d.example> escribió:",
    "Yahoo": "On Monday, November 30, 2026 at 04:10:00 PM CST, Sunny Days <r@d.example> wrote:  ",
    "Yahoo, Spanish": (
        "El lunes, 30 de noviembre de 2026, 04:10:00 p. m. CST, Sunny Days\n<r@d.example> escribió:"
    ),
    "Thunderbird": "On 11/30/26 4:10 PM, Sunny Days wrote:",
    "Thunderbird, Spanish": "El 30/11/26 a las 16:10, Sunny Days escribió:",
    "K-9": "On November 30, 2026 4:10:00 PM CST, Sunny Days <r@d.example> wrote:",
    "Proton": "On Monday, November 30th, 2026 at 4:10 PM, Sunny Days <r@d.example> wrote:",
    "Zoho": "---- On Mon, 30 Nov 2026 16:10:00 -0600 Sunny Days <r@d.example> wrote ----",
    "mutt": "Sunny Days <r@d.example> wrote:",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
@pytest.mark.parametrize("quoted", [QUOTE, LIST], ids=["marked", "unmarked"])
def test_each_programs_attribution_goes_with_what_it_quotes(attribution: str, quoted: str) -> None:
    words = mail_words(f"Hi,\n\n2 and 5.\n\n{attribution}\n\n{quoted}")
    assert (words.text, words.inline_answers) == ("Hi,\n\n2 and 5.", False)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_words_below_the_quote_are_the_parents_and_are_no_inline_answers(attribution: str) -> None:
    words = mail_words(f"{attribution}\n{QUOTE}\n2 and 5.\n\n-- \nAna\n")
    assert (words.text, words.inline_answers) == ("2 and 5.", False)


@pytest.mark.parametrize(
    "block",
    [
        f"From: {EN_HEADERS}",
        f"________________________________\nFrom: {EN_HEADERS}",
        f"________________________________\n\nFrom: {EN_HEADERS}",
        "*From:* Sunny\n*Sent:* Monday\n*To:* Ana\n*Subject:* List",
        "**From:** Sunny\n**Date:** Monday\n**To:** Ana\n**Subject:** List",
        "De: Sunny [mailto:r@d.example]\nEnviado el: lunes\nPara: Ana\nCC: Luis\nAsunto: Lista",
        "De: Sunny\nEnviado: lunes\nPara: Ana; Luis <l@d.example>;\n Eva <e@d.example>\nAsunto: L",
        "De: Sunny\nFecha: lunes\nPara: Ana\nAsunto: Lista",
        "From: Sunny <r@d.example>\nSent: Monday",
        f"-----Original Message-----\nFrom: {EN_HEADERS}",
        "-------- Original message --------\nFrom: Sunny\nDate: 11/30/26\nTo: ana\nSubject: List",
        "-------- Mensaje original --------\nDe: Sunny\nFecha: 30/11/26\nPara: ana\nAsunto: Lista",
        "---------- Forwarded message ---------\nFrom: School\nDate: Mon\nSubject: Leo\nTo: Ana",
        "Begin forwarded message:\n\nFrom: School\nSubject: Leo\nDate: Monday\nTo: Ana",
        "----- Mensaje reenviado -----\nDe: Escuela\nPara: Ana\nEnviado: lunes\nAsunto: Leo",
        "-------- Forwarded Message --------\nSubject: Leo\nDate: Mon\nFrom: School\nTo: Ana",
    ],
)
def test_a_header_block_goes_with_all_that_follows(block: str) -> None:
    assert mail_words(f"2 and 5.\n\n{block}\n\n{LIST}").text == "2 and 5."


@pytest.mark.parametrize(
    "mail",
    [
        "From: 18 months on he was late.\nTo: be honest, we waited.",
        "De: todo un poco\nPara: ser sincera, la 2",
        "On Monday he fell. His teacher wrote:\nLeo trips on flat ground.",
        "On 11/20/2026 his teacher wrote:\nhe falls a lot",
        "El lunes la maestra escribió:\nse cae mucho",
        "Subject: sleep\nhe does not sleep",
        "Sent from my sister's phone, he is 4 and falls a lot",
        "Enviado desde mi trabajo, tiene 4 y se cae",
        "Thanks\nHe also falls a lot",
        "gracias\n3 y 5",
        "Thanks,\nNone",
        "Gracias,\nbaja",
        "Yes to 4.\n\nBest,\nAna\n\nPS she gags on yogurt",
        "2 and 5\n\nAna",
        "He is better.\n\nThank you so much!",
        "Ya tiene cita.\n\nQue tenga buen día.",
        "- 2\n- 5",
        "____________\nName: Leo",
        "I wrote: 2 and 5",
        "my email is ana@example.com:\n2 and 5",
    ],
)
def test_a_genuine_line_is_never_taken_away(mail: str) -> None:
    assert mail_words(mail).text == mail


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAna Lopez\n555-010-0134",
        "Thanks,\nAna",
        "Thank you!\nAna Lopez",
        "Thanks, Ana",
        "Thanks,\nAna Lopez\n555-0134",
        "Gracias,\n\nAna",
        "Muchas gracias, Ana López",
        "Best regards,\nAna Lopez\nOak Street School\n(555) 010-0134",
        "Saludos cordiales",
        "Saludos,\nFamilia López",
        "Atentamente,\nLic. Ana López",
        "Sincerely,\nAna (Leo's mom)",
        "- Ana",
        "Sent from my iPhone",
        "Sent from my T-Mobile 5G Device",
        "Sent from Outlook for iOS",
        "Get Outlook for Android<https://aka.ms/AAb9ysg>",
        "Get Outlook for iOS\n<https://aka.ms/o0ukef>",
        "Obtener Outlook para iOS<https://aka.ms/o0ukef>",
        "Yahoo Mail: Search, Organize, Conquer",
        "Enviado desde mi iPhone",
        "Enviado desde Yahoo Mail para Android",
        "Enviado desde mi dispositivo móvil. Por favor disculpe los errores.",
        "Sent with Proton Mail secure email.",
        "Virus-free.www.avast.com",
        "<https://www.avast.com/sig>\nLibre de virus.www.avast.com\n<https://www.avast.com/x>",
        "Mandado desde mi iPhone",
        "___\nAna Lopez\nOak Street School",
        "This email and its attachments are confidential and only for the person named above.",
        "Best,\nAna\n[cid:image001.png@01DB42]\n\nCONFIDENTIALITY NOTICE: this message and any "
        "attachment may hold private health information.",
    ],
)
def test_a_signature_is_taken_away(signature: str) -> None:
    assert mail_words(f"Hi,\n2 and 5.\n\n{signature}\n").text == "Hi,\n2 and 5."


def test_answers_between_the_quoted_lines_are_the_parents_lines_alone() -> None:
    mail = (
        "See below\n\nOn 11/30/26 4:10 PM, Sunny Days wrote:\n> 1 Late to sit\n\nno\n\n"
        "> 2 Trips\nyes,\nevery day\n> 3 Crayon\n\na bit\n\nThanks,\nAna\n"
    )
    words = mail_words(mail)
    assert words.text == "See below\nno\nyes,\nevery day\na bit"
    assert words.inline_answers
    assert "2 yes," in written_text(mail)


def test_an_empty_line_in_the_quote_or_one_passage_below_it_is_no_inline_answer() -> None:
    assert not mail_words(f"yes\n\n> On Monday X wrote:\n>\n\n{QUOTE}").inline_answers
    assert not mail_words(f"{QUOTE}\nyes\n").inline_answers
    assert not mail_words(f"{QUOTE}\nSent from my iPhone\n\n{QUOTE}yes").inline_answers


@pytest.mark.parametrize(
    "mail",
    [
        QUOTE + "> yes to 2",
        f"Sent from my iPhone\n\n> On Nov 30, 2026, at 4:10 PM, X <r@d.example> wrote:\n{QUOTE}",
        f"---------- Forwarded message ---------\nFrom: {EN_HEADERS}\n\n{LIST}",
        f"From: {EN_HEADERS}\n\n{LIST}\nyes to 2",
        "--\nAna",
        "[image: photo.jpg]",
    ],
)
def test_a_mail_of_nothing_else_stays_whole(mail: str) -> None:
    assert mail_words(mail).text == mail.strip()
    assert not mail_words(mail).inline_answers


def test_the_greeting_is_kept_for_people_and_not_read() -> None:
    mail = "Hi Sunny Days team,\n\nHe is 4.\n\nThank you!"
    assert mail_words(mail).text == mail
    assert written_text(mail) == "He is 4."


def test_a_mail_made_one_line_ends_before_its_attribution() -> None:
    line = "yes please On Fri, Nov 13, 2026 at 4:10 PM Sunny Days <r@d.example> wrote: Which?"
    assert mail_words(line).text == "yes please"
    below = (
        "yes\n\n  On Fri, Nov 13, 2026 at 4:10 PM, Sunny Days<r@d.example> wrote:   Which?\n1 Late"
    )
    assert mail_words(below).text == "yes"


PARTS = [
    "From: X",
    "",
    "  ",
    "yes",
    "2 and 5",
    "-- ",
    "Thanks,",
    "Ana",
    "Sent from my iPhone",
    "> ",
]
PARTS += [
    "Hi,",
    "wrote:",
    "On",
    "[image: x]",
    "_" * 32,
    *QUOTE.splitlines(),
    *EN_HEADERS.splitlines(),
]
LINES = st.sampled_from([*ATTRIBUTIONS.values(), *PARTS])


@given(st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=30).map("\n".join))
def test_nothing_is_added_and_never_all_of_a_mail_is_lost(mail: str) -> None:
    words = mail_words(mail)
    assert bool(words.text) == bool(mail.strip())
    whole = mail.replace("\r\n", "\n").replace("\r", "\n")
    assert all(line in whole for line in words.text.split("\n"))
    assert written_text(mail).strip() or not mail.strip()


PIECES = [
    "> a\n", "> a\nyes\n", "On 2026 ", "On Mon, Nov 30, 2026 at 4:10 PM <a@b.example>\n", "\n", " ",
    "From: x\n", "-", "_" * 20 + "\n", "wrote:\n", "Thanks,\n", "-- \n>", "On <a@b.example> ",
    "Sent from my ", "This email is confidential and only for you and me\n", " on 2 <a@",
    "-----Original Message-----\n", "On Mon, Nov 30, 2026, <a@b.example> wrote: ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_mail_takes_no_longer_than_it_is_long(piece: str) -> None:
    mail = piece * (60_000 // len(piece))
    began = time.monotonic()
    mail_words(mail)
    written_text(mail)
    assert time.monotonic() - began < 4  # measured: at most 0.4; what explodes takes minutes


LISTED = (
    "________________________________\nFrom: Sunny Days <a@b.example>\n"
    "Sent: Monday, December 14, 2026 10:36 AM\nTo: Ana\nSubject: A message\n\n"
    "Do any of these worry you?\n\n{items}\n\n------------------------\n\nTo answer, just reply.\n"
)


@pytest.mark.parametrize(
    ("above", "items", "text", "read"),
    [
        ("See below.", "1 Trips\nyes\n2 Tires\n3 Stairs\nno", "See below.\nyes\nno", "1 yes\n3 no"),
        ("See below.", "1 Trips\n\nyes\n\n2 Tires\n\n3 Stairs", "See below.\nyes", "1 yes"),
        ("", "7 Trips\nsometimes\n8 Tires\n9 Stairs", "sometimes", "7 sometimes"),
        ("2", "1 Trips\n2 Tires\n3 Stairs", "2", "2"),
        ("2", f"1 {'Trips ' * 12}\nand falls\n2 Tires\n3 Stairs", "2", "2"),
    ],
)
def test_answers_typed_into_a_list_without_marks_are_found_and_a_wrapped_line_is_none(
    above: str, items: str, text: str, read: str
) -> None:
    mail = f"{above}\n{LISTED.format(items=items)}"
    assert mail_words(mail).text == text
    assert read in written_text(mail)
    assert "Do any" not in written_text(mail)


def test_a_line_that_begins_with_a_mark_above_the_quote_is_the_parents() -> None:
    quoted = "On Mon, Nov 30, 2026 at 4:10 PM Sunny <a@b.example> wrote:\n> 1 Trips\n> 2 Tires\n"
    mail = f"> half an hour to dress\n2\n\n{quoted}"
    assert mail_words(mail).text == "> half an hour to dress\n2"

"""How a mail looks: the same words in both parts, whatever they are."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.packs import load_packs
from service.channels.mail_layout import FRAME_WORDS, Letter, as_html, as_text
from service.domain.conversation import Clinic, Text
from service.domain.vocabulary import Channel, Language, Side
from service.domain.wording import EMAIL_ONLY, KEYS

PACKS = load_packs().packs
BOOK = "https://sunnydays.example/book?via=mail&x=1"
STOP = "https://tandem.example/unsubscribe/k3j4h5"
PHONE = "(312) 555-0142"
CLINIC = Clinic("Sunny Days", PHONE, BOOK, "America/Chicago", frozenset(Side))

WORDS = {
    "mail_subject": "A message from Sunny Days",
    "mail_preheader": "Open this email.",
    "mail_book": "Book a visit",
    "mail_reply": "Just reply.",
    "mail_why": "You wrote to us.",
    "mail_stop": "To stop, use this link:",
    "mail_stop_link": "Stop",
    "mail_emergency": "Emergency? Call 911.",
}


def letter(*paragraphs: str, booking_link: str = "") -> Letter:
    return Letter("en", paragraphs, "Sunny Days", PHONE, booking_link, WORDS, STOP)


class Page(HTMLParser):
    """What a mail program makes of a page: its text, links, lists and tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.links: list[tuple[str, str]] = []
        self.items: list[tuple[str, str]] = []
        self._silent = 0
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        self._silent += tag in ("style", "title")
        if tag in ("p", "li", "td", "br", "div"):
            self.said += "\n"
        if tag == "a":
            self.links.append(("", values["href"] or ""))
            self._open.append("a")
        if tag == "li":
            self.items.append((values["value"] or "", ""))
            self._open.append("li")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "title")
        if tag in ("a", "li"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.said += data
        if "a" in self._open:
            text, href = self.links[-1]
            self.links[-1] = (text + data, href)
        if "li" in self._open:
            value, text = self.items[-1]
            self.items[-1] = (value, text + data)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_plain_part_holds_the_words_and_then_the_footer() -> None:
    assert as_text(letter("Hi there.\n6 Eating\n7 Dressing", "Bye.")) == (
        "Hi there.\n6 Eating\n7 Dressing\n"
        "\n"
        "Bye.\n"
        "\n"
        "------------------------\n"
        "\n"
        "Just reply.\n"
        "\n"
        "To stop, use this link:\n"
        f"{STOP}\n"
        "\n"
        "Emergency? Call 911.\n"
        "\n"
        "You wrote to us.\n"
        "Sunny Days, (312) 555-0142\n"
    )


def test_the_booking_link_stands_on_a_line_of_its_own_once() -> None:
    for words in ("Call or go to:\n" + BOOK, "To book, call us."):
        lines = as_text(letter(words, booking_link=BOOK)).split("\n")
        assert lines.count(BOOK) == 1
    assert BOOK not in as_text(letter("Call 911 now.", booking_link=BOOK))


@given(st.lists(st.text(), max_size=3), st.text())
def test_no_line_of_the_plain_part_marks_a_signature(words: list[str], clinic: str) -> None:
    plain = as_text(replace(letter(*words, "-- \nAna", "--"), clinic=clinic))
    assert not re.search(r"(?m)^--[ \t]*$", plain)


def test_numbers_stay_what_they_are_in_every_program() -> None:
    page = Page(as_html(letter("Next list. Reply.\n7 Eating\n8 Getting dressed\n9 Noise")))

    assert page.items == [("7", "7 Eating"), ("8", "8 Getting dressed"), ("9", "9 Noise")]
    assert dict(page.tags)["ol"]["start"] == "7"


@pytest.mark.parametrize(
    "words",
    [
        "2 kids are fine.",
        "Call\n3 times",
        "3 one\n3 two",
        "3 one\n5 two",
        "2026 was\n2027 is",
        "1one\n2two",
    ],
)
def test_a_line_that_begins_with_a_number_is_not_a_list(words: str) -> None:
    assert "<ol" not in as_html(letter(words))


def test_a_list_between_other_lines_keeps_its_place() -> None:
    html = as_html(letter("Which one?\n1 Moving\n2 Daily things\nReply 1 or 2."))
    said = Page(html).said

    assert html.count("<ol") == 1
    places = [said.index(w) for w in ("Which one?", "1 Moving", "2 Daily things", "Reply 1 or 2.")]
    assert places == sorted(places)


def test_the_button_stands_below_the_words_that_name_the_link() -> None:
    html = as_html(letter("Good.", f"Go to:\n{BOOK}\n\nOr reply LATER.", booking_link=BOOK))
    page = Page(html)

    assert [link for link in page.links if link[1] == BOOK] == [
        (BOOK, BOOK),
        ("Book a visit", BOOK),
    ]
    assert html.index("Go to:") < html.index("Book a visit") < html.index("Or reply LATER.")


@pytest.mark.parametrize(
    ("words", "link", "shown"),
    [
        (f"To book: {BOOK}.", BOOK, True),
        (f"Call {PHONE} to book a first visit.", BOOK, True),
        (f"Llame al {PHONE} para hacer la primera cita.", BOOK, True),
        (f"Para hacer la cita, llame al {PHONE}.", BOOK, True),
        ("We will stop asking you to book.", BOOK, False),
        ("Call 911 now.", BOOK, False),
        ("To book, call us.", "", False),
        ("To book, click javascript:alert(1)", "javascript:alert(1)", False),
    ],
)
def test_a_button_only_where_there_is_something_to_book(words: str, link: str, shown: bool) -> None:
    assert ("Book a visit" in as_html(letter(words, booking_link=link))) is shown


def test_addresses_and_numbers_are_links_and_what_follows_them_is_not() -> None:
    words = f"See {BOOK}. Or https://a.example/x?y=1, or call {PHONE}, 911, 988 or 1-800-422-4453."
    page = Page(as_html(replace(letter(words, booking_link=BOOK), phone=PHONE)))

    found = {text: href for text, href in page.links}
    assert found[BOOK] == BOOK
    assert found["https://a.example/x?y=1"] == "https://a.example/x?y=1"
    assert found[PHONE] == "tel:+13125550142"
    assert (found["911"], found["988"]) == ("tel:911", "tel:988")
    assert found["1-800-422-4453"] == "tel:+18004224453"


@pytest.mark.parametrize("phone", ["call the desk", "555-0142", "(312) 555-0142 ext. 5", ""])
def test_a_phone_number_that_cannot_be_dialled_as_written_is_no_link(phone: str) -> None:
    page = Page(as_html(replace(letter("Hi."), phone=phone)))

    assert [href for _, href in page.links] == [STOP]
    assert phone in page.said


def test_a_longer_address_that_begins_like_the_booking_link_stays_whole() -> None:
    page = Page(as_html(letter(f"See {BOOK}/terms", booking_link=BOOK)))

    assert (f"{BOOK}/terms", f"{BOOK}/terms") in page.links


def test_frame_words_that_are_not_given_are_not_shown() -> None:
    bare = Letter("es", ("Hola.",), "Sol", "", "", {}, "")

    assert as_text(bare) == "Hola.\n\n------------------------\n\nSol\n"
    page = Page(as_html(bare))
    assert page.links == []
    assert page.said.split() == ["Sol", "Hola.", "Sol"]


anything = st.text() | st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=a>',
        "{{ 7*7 }}",
        "{% raw %}",
        "&amp;",
        "</p>",
    ]
)


@given(st.lists(anything, min_size=1, max_size=3), anything, anything, anything)
def test_whatever_is_said_it_is_shown_and_never_becomes_markup(
    words: list[str], clinic: str, phone: str, why: str
) -> None:
    said = replace(
        letter(*words, booking_link=BOOK),
        clinic=clinic,
        phone=phone,
        words={**WORDS, "mail_why": why},
    )
    page = Page(as_html(said))

    allowed = {"html", "head", "meta", "title", "style", "body", "div", "p", "br", "wbr", "a", "b"}
    allowed |= {"ol", "li", "span", "table", "tr", "td"}
    assert {tag for tag, _ in page.tags} <= allowed
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    for href in (href for _, href in page.links):
        assert href.startswith(("https://", "http://", "tel:"))
    assert squeezed(why.replace("\0", "\ufffd")) in squeezed(page.said.replace("\0", "\ufffd"))


no_digits = st.text(st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="\0-"))


@given(st.lists(no_digits, max_size=3), no_digits)
def test_nothing_that_is_said_is_lost(words: list[str], clinic: str) -> None:
    said = replace(letter(*words), clinic=clinic)
    page = Page(as_html(said))

    for part in (*words, clinic):
        assert squeezed(part) in squeezed(page.said)
        assert squeezed(part) in squeezed(as_text(said))


@pytest.mark.parametrize("language", Language)
def test_a_page_asks_for_nothing_from_anywhere(language: Language) -> None:
    html = as_html(mail(language, Text("consent")))

    assert not re.search(r"(?i)<img|<link|<script|url\(|@import|@font-face|src=|background=", html)
    assert f'<html lang="{language.value}"' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html


def mail(language: Language, *texts: Text) -> Letter:
    values = {"clinic": CLINIC.name, "phone": CLINIC.phone}
    return Letter(
        language=language.value,
        paragraphs=tuple(t.render(PACKS.messages, language, CLINIC, Channel.EMAIL) for t in texts),
        clinic=CLINIC.name,
        phone=CLINIC.phone,
        booking_link=CLINIC.booking_link,
        words={
            key: PACKS.messages.render(language, key, values, Channel.EMAIL) for key in FRAME_WORDS
        },
        unsubscribe_url=STOP,
    )


def test_the_frame_is_made_of_the_words_there_are_for_it() -> None:
    assert [key for key in EMAIL_ONLY if key.startswith("mail_")] == list(FRAME_WORDS)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "texts",
    [
        (Text("consent"),),
        (Text("suggestion_pt_named"), Text("next_step")),
        (Text("booking_2"),),
        (Text("checklist_2_header", lines=("7 A", "8 B")),),
        (Text("crisis"),),
    ],
    ids=lambda texts: texts[-1].key,
)
def test_both_parts_say_the_same_in_the_same_order(
    language: Language, texts: tuple[Text, ...]
) -> None:
    letter = mail(language, *texts)
    said = squeezed(Page(as_html(letter)).said)
    at = 0
    for paragraph in letter.paragraphs:
        for line in paragraph.splitlines():
            assert squeezed(line) in squeezed(as_text(letter))
            at = said.index(squeezed(line), at)
    for key in ("mail_reply", "mail_stop", "mail_emergency", "mail_why"):
        assert letter.words[key] in as_text(letter)
        at = said.index(squeezed(letter.words[key]), at)


@pytest.mark.parametrize("language", Language)
def test_only_texts_that_speak_of_booking_get_the_button(language: Language) -> None:
    values = dict.fromkeys(("reasons", "pt_reasons", "ot_reasons", "when"), "x")
    expected = {"next_step", "next_step_phone_only", "faq_how_to_start"}
    expected |= {"booking_1", "booking_2", "booking_3"}
    for key in KEYS:
        letter = mail(language, Text(key, values))
        has_button = letter.words["mail_book"] in as_html(letter)
        assert has_button is (key in expected), key

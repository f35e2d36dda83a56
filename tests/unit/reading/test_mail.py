"""What is left of a mail once greeting, signature and quoted mail are gone."""

from __future__ import annotations

import pytest

from service.domain.reading.email_text import written_text

QUOTED = "On Mon, Nov 23, 2026 at 4:10 PM Sunny Days <a@b.example> wrote:\n> 1 Late to sit\n"


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        (f"Hi,\n\nHe is 4.\n\nThanks,\nAna\n\n{QUOTED}", "He is 4."),
        ("2 and 5\n____________\nFrom: Sunny Days\nSent: Monday\nTo: Ana\nSubject: A", "2 and 5"),
        ("2 y 5\n\nDe: Sunny Days\nEnviado: lunes\nPara: Ana\nAsunto: Hola\n1 Tarda", "2 y 5"),
        ("none\n\nSent from my iPhone\n\n> On Nov 23, 2026, Sunny Days wrote:\n> 1 Late", "none"),
        ("Yes\n\nAm Mo., 23. Nov. 2026 schrieb Sunny Days <a@b.example>:\n> 1 Late", "Yes"),
        ("Hello there,\n\n1, 3.\n\n~ Becca", "1, 3."),
        ("Hello\n\n1, 3.\n-Sam", "1, 3."),
        ("Hello\n\n1, 3.\n\n- Sam and Mia", "1, 3."),
        ("Hello\n\n1, 3.\n\nSam Ortiz | Realtor\n12 Elm St, Apt 3\nc: (555) 123-4567", "1, 3."),
        ("Buenas\n\nla 2\n\nAtte. Beto Luna", "la 2"),
        ("Buenas\n\nla 2\n\nSin más, saludos\nMarta", "la 2"),
        ("Buen día.\n\nla 2\n\nMuchas gracias de antemano\nMarta 555 123 4567", "la 2"),
        ("Hi team\n\nAge is 5.\n\nThanks in advance!\nLeo\nApt 4, 900 Pine", "Age is 5."),
        ("Hi\n\nAge is 5.\n\nHave a great day,\nLeo Park\n3rd grade teacher", "Age is 5."),
        ("Dear Sunny Days,\nMy son is 6.\nThank you for your help!\nJo", "My son is 6."),
        ("Hi Sunny Days Pediatric Therapy team,\nhe falls", "he falls"),
        ("Hi Dr. J. Smith,\nhe falls a lot", "he falls a lot"),
        ("Estimada Lic. Ramirez:\nse cae", "se cae"),
        ("hola equipo\nse cae", "se cae"),
        ("Hola, tiene 5.\n\nUn cordial saludo,\nAna\nCalle 12", "Hola, tiene 5."),
        ("6\n\nThis email is confidential and only for the 2 people named above", "6"),
    ],
)
def test_only_what_the_parent_wrote_is_left(mail: str, text: str) -> None:
    assert written_text(mail) == text


@pytest.mark.parametrize(
    "mail",
    [
        "Hi, none of these\nmy son is great",
        "Buenas, siete y medio.\n\nFam. Ortega",
        "Thanks but none apply\nJo",
        "gracias",
        "- 3\n- 5",
        "He falls\n- None",
        "Call Me\n555 123 4567",
        "Hola, quiero darme de baja por favor.\nBraulio",
        "Hi, please unsubscribe me.\nJohn",
        "Hola, mi hijo no respira.\nAyuda",
        "HOLA MI BEBE NO RESPIRA\nayuda",
        "Hello, he falls a lot,\nJohn",
        "hello unsubscribe\nBob",
        "Hola, Baja\nAna",
        "Hola, Convulsiona\nAna",
        "Hi. Choking\nhelp",
    ],
)
def test_an_answer_is_never_taken_for_courtesy(mail: str) -> None:
    assert written_text(mail) == mail

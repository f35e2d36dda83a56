"""The page a mail's stop link opens: one question, in the family's language, and no way to slip."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.load_messages import load_messages
from service.domain.vocabulary import Channel, Language
from service.domain.wording import EMAIL_ONLY

ROOT = Path(__file__).resolve().parents[3]
MESSAGES = load_messages(ROOT)
STATES = {
    "ask": ["all", "email"],
    "done_all": ["undo"],
    "done_email": ["undo"],
    "undone": [],
    "unknown": [],
}


def page(state: str, language: Language = Language.EN, *, can_text: bool = True) -> str:
    known = state != "unknown"
    clinic = "Sun & <Days>" if known else ""
    values = {"clinic": clinic, "phone": "", "ending": "0142"}
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["url_for"] = lambda _, filename: f"/static/{filename}"
    return environment.get_template("public/unsubscribe.html").render(
        language=language.value,
        words={
            key: MESSAGES.render(language, key, values, Channel.EMAIL)
            for key in EMAIL_ONLY
            if key.startswith("unsubscribe_")
        },
        state=state,
        token="k3j4h5" if known else "",
        can_text=can_text,
        clinic=clinic,
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("state", "choices"), STATES.items())
def test_each_state_offers_its_choices_by_post_alone(
    state: str, choices: list[str], language: Language
) -> None:
    html = page(state, language)

    assert re.findall(r'name="choice" value="(\w+)"', html) == choices
    assert html.count('<form method="post">') == html.count("<form") == len(choices)
    assert f'<html lang="{language.value}">' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("state", STATES)
def test_the_page_keeps_to_the_security_headers_and_out_of_search_engines(state: str) -> None:
    html = page(state)

    assert not re.search(r"<script|<style| style=| on\w+=|https?://", html)
    assert '<meta name="robots" content="noindex">' in html


def test_who_cannot_be_texted_is_not_offered_texts() -> None:
    html = page("ask", can_text=False)

    assert "0142" not in html
    assert "data rates" not in html


def test_a_clinics_name_is_shown_as_it_is_written() -> None:
    assert "Sun &amp; &lt;Days&gt;" in page("ask")
    assert "<Days>" not in page("ask")

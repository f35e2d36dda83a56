"""Commands that need no server: what they print, and how they refuse bad input."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from service.cli import tandem


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(tandem, list(arguments), input=stdin)


def evaluate(**row: object) -> dict[str, object]:
    answer = run("evaluate", stdin=json.dumps({"id": "1", "lang": "en", "channel": "sms",
                                               "age_months": None, **row}) + "\n")  # fmt: skip
    assert answer.exit_code == 0, answer.output
    found: dict[str, object] = json.loads(answer.output)
    return found


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("checklist_1", "1 and 3", {"numbers": [1, 3], "suggestion": "PT"}),
        ("checklist_2", "7, 8", {"numbers": [7, 8], "suggestion": "OT"}),
        ("checklist_1", "none", {"numbers": "none", "suggestion": "NONE"}),
        ("age", "4", {"age_months": 48, "numbers": None}),
        ("age", "18 months", {"age_months": 18}),
        ("consent", "STOP", {"intent": "stop"}),
        ("after_suggestion", "we booked it", {"intent": "booked"}),
        ("free", "he falls a lot and cant hold a crayon", {"suggestion": "BOTH"}),
        ("free", "she is choking and cant breathe", {"suggestion": "URGENT"}),
        ("free", "i want to die", {"suggestion": "URGENT"}),
        ("free", "he lost his words", {"suggestion": "SOON"}),
    ],
)
def test_evaluate_answers_by_the_contract(
    asked: str, text: str, expected: dict[str, object]
) -> None:
    found = evaluate(asked=asked, text=text)
    assert set(found) == {
        "id", "intent", "numbers", "age_months", "suggestion", "domains", "reasons",
    }  # fmt: skip
    assert {key: found[key] for key in expected} == expected


def test_evaluate_names_each_reason_with_the_parent_s_words() -> None:
    found = evaluate(asked="free", text="he cant hold a crayon")
    assert {"fine_motor"} <= set(found["domains"])  # type: ignore[call-overload]
    assert any("crayon" in reason["words"] for reason in found["reasons"])  # type: ignore[attr-defined]


def test_evaluate_keeps_the_order_and_ignores_unknown_keys() -> None:
    rows = [
        {"id": str(n), "lang": "es", "channel": "sms", "asked": "free", "age_months": None,
         "text": "se cae mucho", "colour": "blue"}
        for n in range(5)
    ]  # fmt: skip
    answer = run("evaluate", stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert [json.loads(line)["id"] for line in answer.output.splitlines()] == list("01234")


@pytest.mark.parametrize("line", ["not json", "[]", '{"id": 1}', '{"text": "x", "asked": "tea"}'])
def test_evaluate_refuses_a_bad_line_by_its_number(line: str) -> None:
    answer = run("evaluate", stdin=line + "\n")
    assert answer.exit_code == 2
    assert "line 1" in answer.output


def test_explain_shows_words_rules_sources_and_what_would_be_sent() -> None:
    answer = run("explain", "walks fine but cant hold a crayon", "--age", "4y")
    assert answer.exit_code == 0
    for piece in ("fine_motor", "OT", "suggestion_ot", "segments", "booking_1", "GSM-7"):
        assert piece in answer.output
    assert "PT may help" not in answer.output


@pytest.mark.parametrize("asked", ["consent", "age", "checklist_1", "checklist_2", "free",
                                   "after_suggestion", "reminder"])  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "es"])
def test_explain_works_at_every_step_in_both_languages(asked: str, lang: str) -> None:
    answer = run("explain", "no", "--asked", asked, "--lang", lang)
    assert answer.exit_code == 0, answer.output


def test_explain_refuses_an_age_it_cannot_read() -> None:
    answer = run("explain", "hi", "--age", "old")
    assert answer.exit_code == 2
    assert "--age: must look like 4y or 18m" in answer.output


def test_all_texts_pass_the_content_check() -> None:
    answer = run("content", "check")
    assert answer.exit_code == 0, answer.output


@pytest.mark.parametrize(
    "command",
    [(), ("up",), ("web",), ("worker",), ("beat",), ("migrate",), ("clinic", "add"),
     ("staff", "add"), ("content", "check"), ("explain",), ("evaluate",), ("invite",), ("show",),
     ("stop",), ("tick",), ("key",), ("email-in",), ("clinic", "email")],
)  # fmt: skip
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    answer = run(*command, "--help")
    assert answer.exit_code == 0
    assert "Usage" in answer.output

"""What the reading modules say of words and rules agrees with itself and with the packs."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from service.domain.reading import list_phrases, list_words

PROJECT = Path(__file__).resolve().parents[3]
READ_IN_CODE = {"help.any_question", "faq.any_question"}
"""Rules of the code itself: a question mark is read, not a phrase."""


def test_a_word_or_phrase_says_one_thing_of_a_list() -> None:
    phrases = Counter(phrase for _, said in list_phrases._PHRASES for phrase in said.split(", "))
    words = Counter(word for _, said in list_words._SINGLE for word in set(said.split()))
    words.update(set(list_words._PLAIN.split()))
    for said in (words, phrases):
        assert [word for word, times in said.items() if times > 1] == []


def test_a_single_word_stands_in_one_of_the_two_lists() -> None:
    assert set(list_phrases.PHRASE_WORDS) & set(list_words.SIGNS) == set()


def test_every_rule_named_in_the_code_stands_in_a_pack() -> None:
    packs = "\n".join(file.read_text("utf-8") for file in PROJECT.glob("config/**/*.yaml"))
    known = set(re.findall(r"\bid: *([\w.-]+)", packs)) | READ_IN_CODE
    named = {
        node.value
        for file in PROJECT.glob("service/domain/reading/*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", node.value)
    }
    assert named
    assert named - known == set()

"""The tree of words holds exactly the word sequences that its phrases stand for."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.reading.phrases import members, parse
from service.domain.reading.word_tree import GAP, Node, Phrase, Words, plant, words_of

WORDS = "abcd"
SAYINGS = st.lists(st.sampled_from([*WORDS, GAP]), min_size=1, max_size=2).map(tuple)
PARTS = st.lists(st.one_of(st.just(()), SAYINGS), min_size=1, max_size=3).map(tuple)
PHRASES = st.lists(PARTS, min_size=1, max_size=4).map(tuple)


def written_out(phrase: Phrase) -> set[Words]:
    return {tuple(w for words in pieces for w in words) for pieces in product(*phrase)} - {()}


def held(root: Node[int], most: int) -> dict[Words, set[int]]:
    """Every word sequence of the tree with what ends there."""
    found: dict[Words, set[int]] = {}
    waiting: list[tuple[Words, Node[int]]] = [((), root)]
    while waiting:
        words, node = waiting.pop()
        if words and node.values:
            found[words] = set(node.values)
        if len(words) < most:
            waiting += [((*words, word), child) for word, child in node.following.items()]
            if node.after_gap is not None:
                waiting.append(((*words, GAP), node.after_gap))
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(PHRASES, min_size=1, max_size=6))
def test_the_tree_holds_what_the_phrases_stand_for_and_nothing_else(phrases: list[Phrase]) -> None:
    root: Node[int] = Node()
    wanted: dict[Words, set[int]] = {}
    for value, phrase in enumerate(phrases):
        plant(root, phrase, value)
        for words in written_out(phrase):
            wanted.setdefault(words, set()).add(value)
    assert held(root, most=9) == wanted
    assert {w for words in wanted for w in words} - {GAP} <= set(words_of(root))


def test_a_long_phrase_takes_few_nodes() -> None:
    root: Node[int] = Node()
    plant(root, parse("a|b|c|d (e|f|g) .. h|i|j k-l|m", {}), 1)
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            waiting += [*node.following.values(), *([node.after_gap] if node.after_gap else [])]
    assert len(seen) <= 8


def test_a_phrase_reads_as_it_is_written() -> None:
    classes = {"tool": members("pencil|pen")}
    assert parse("hold~ (a) <tool>", classes) == (
        (("hold",), ("holds",), ("holding",)),
        ((), ("a",)),
        (("pencil",), ("pen",)),
    )

"""Finding the lexicon's phrases in a message: one pass, and the longer phrase wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from service.domain.reading.found_parts import FoundParts
from service.domain.reading.lexicon import Family, Kind, Lexicon, Rule
from service.domain.reading.tokens import Break, Token, tokenise
from service.domain.reading.types import Evidence
from service.domain.reading.word_tree import ANY_NUMBER, GAP_WORDS, Node

# Named once: see ``tokens``.
_NO_BREAK, _SENTENCE = Break.NONE, Break.SENTENCE
_CONCERN = Family.CONCERN
_OTHER = Kind.OTHER


Parts: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(slots=True, eq=False)
class Match:
    """A rule's phrase found at tokens ``first`` to ``last``, both included."""

    rule: Rule
    first: int
    last: int
    parts: Parts = ()
    """The tokens of each part, where a rule fired on words that stand apart."""

    @property
    def begins(self) -> int:
        """The first token of all it fired on."""
        return self.parts[0][0] if self.parts else self.first


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be read: its text, its words, and every phrase found in it."""

    text: str
    tokens: list[Token]
    matches: dict[Family, list[Match]]
    parts: FoundParts
    """Where parts stand that mean something only together."""
    sentences: list[int]
    """For each token, how many sentence breaks stand before it."""
    clauses: list[int]
    """For each token, how many breaks of any kind stand before it."""
    words: list[str]
    """The tokens' words, and an empty one after them."""
    said: frozenset[str]
    """Every word of it once."""
    numbers: list[int]
    """The tokens that are numbers."""
    others: dict[int, bool]
    """Where a person was named (last token): whether it is somebody else than the child."""

    def of(self, family: Family) -> list[Match]:
        """The family's matches in reading order."""
        return self.matches.get(family, [])

    def word(self, at: int) -> str:
        """The word at token ``at``; empty before the first and past the last."""
        # The last of the words is empty, and stands before the first as well.
        if at < -1:
            return ""
        try:
            return self.words[at]
        except IndexError:
            return ""

    def between(self, first: int, last: int) -> str:
        """The text between two tokens; where ``first`` is -1, all that stands before the last."""
        begins = self.tokens[first].end if first >= 0 else 0
        return self.text[begins : self.tokens[last].start]

    def joined(self, at: int) -> bool:
        """Whether token ``at`` stands in the same sentence as the one before."""
        tokens = self.tokens
        return at < len(tokens) and tokens[at].before is not _SENTENCE

    def evidence(
        self, rule: str, source: str, first: int, last: int, parts: Parts = ()
    ) -> Evidence:
        """Evidence for the words from token ``first`` to token ``last``, or for parts of them."""
        start, end = self.tokens[first].start, self.tokens[last].end
        places = tuple((self.tokens[a].start, self.tokens[b].end) for a, b in parts)
        return Evidence(rule, source, self.text[start:end], start, end, places)

    def shown_by(self, match: Match) -> Evidence:
        """Evidence for a match."""
        return self.evidence(
            match.rule.id, match.rule.source, match.begins, match.last, match.parts
        )

    def separated(self, first: int, last: int, by: Break = _SENTENCE) -> bool:
        """Whether a break of that weight lies between two tokens."""
        counts = self.sentences if by is _SENTENCE else self.clauses
        return counts[first] != counts[last]

    def ends(self, family: Family, *kinds: Kind) -> set[int]:
        """The last tokens of the family's matches of some kinds."""
        return {m.last for m in self.of(family) if m.rule.kind in kinds}

    def shortly_before(self, at: int, ends: set[int], reach: int, by: Break = _SENTENCE) -> bool:
        """Whether a match ends at most ``reach`` words before token ``at``, with no break."""
        return any(
            end in ends and not self.separated(end, at, by) for end in range(max(0, at - reach), at)
        )


def first_token(match: Match) -> int:
    """Where a match begins: matches are sorted and searched by it."""
    return match.first


_SAYS_NO = frozenset({"no", "not", "never", "nunca", "ya"})
"""Never courtesy: "no dejen de mandar mensajes"."""
_K = "k"
_K_ALONE = 4
"""In so few words a "k" is an "okay": "k thx"."""


def look_up(text: str, lexicon: Lexicon) -> Message:
    """Cut a text into words, correct slips, and find every phrase."""
    tokens = tokenise(text)
    # What a word may mean, and whether no language known here has it.
    meant: dict[str, tuple[tuple[str, ...], bool]] = {}
    sentences: list[int] = []
    clauses: list[int] = []
    sentence = clause = 0
    for token in tokens:
        word = token.word
        known = meant.get(word)
        if known is None:
            forms = (word, ANY_NUMBER) if token.is_number else lexicon.spelling.meant(word)
            if word == _K and len(tokens) > _K_ALONE:
                forms = (_K, "que")  # "no kiero k me manden nada"; alone it is "okay"
            unknown = len(forms) == 1 and forms[0] == word and not lexicon.spelling.knows(word)
            known = meant[word] = forms, unknown
        token.forms, token.unknown = known
        if token.before is not _NO_BREAK:
            clause += 1
            sentence += token.before is _SENTENCE
        sentences.append(sentence)
        clauses.append(clause)
    matches, parts = _walk(tokens, lexicon.tree)
    control = matches.pop(Family.CONTROL, None)
    if control:
        # A longer control word must not hide what counts anywhere: both are looked at.
        both = [*matches.get(Family.INTENT, ()), *control]
        matches[Family.INTENT] = sorted(both, key=first_token)
    slip = _heard_with_slips(tokens, matches.get(Family.COURTESY, ()), lexicon)
    if slip is not None:
        matches.setdefault(Family.INTENT, []).insert(0, slip)
    others = {
        m.last: m.rule.kind is _OTHER
        for m in matches.get(_CONCERN, ())
        if m.rule.kind is _OTHER or m.rule.id == "grammar.child"
    }
    words = [token.word for token in tokens]
    words.append("")
    numbers = [at for at, token in enumerate(tokens) if token.is_number]
    return Message(
        text, tokens, matches, parts, sentences, clauses, words, frozenset(meant), numbers, others
    )


def _heard_with_slips(
    tokens: list[Token], polite: Sequence[Match], lexicon: Lexicon
) -> Match | None:
    """What the message says as a whole, though words run together or a letter is wrong: with its
    courtesy, without, or in the words it ends with when each has a full stop ("Leave. Me.")."""
    said = [(0, tokens)]
    last_words = tokens
    if polite:
        courtesy = {at for match in polite for at in range(match.first, match.last + 1)}
        plain = [t for at, t in enumerate(tokens) if at not in courtesy or t.word in _SAYS_NO]
        said.append((0, plain))
        last_words = plain
    apart = len(last_words)
    while apart and last_words[apart - 1].before is _SENTENCE:
        apart -= 1
    if 0 < apart < len(last_words):
        said.append((tokens.index(last_words[apart]), last_words[apart:]))
    for first, part in said:
        rule = lexicon.slips.heard(part)
        if rule is not None:
            return Match(rule, first, len(tokens) - 1)
    return None


def _walk(tokens: list[Token], root: Node[Rule]) -> tuple[dict[Family, list[Match]], FoundParts]:
    """The phrases found by family, those not within a longer; and every part."""
    parts = FoundParts()
    hits = parts.hits
    longest_from: dict[Family, dict[int, list[Match]]] = {}
    # Half-read phrases: the words that may follow, the first token, and how many words the gap
    # still takes.
    active: list[tuple[dict[str, Node[Rule]], int, int]] = []
    begins = root.following
    for at, token in enumerate(tokens):
        if token.before is _SENTENCE:
            active = []
        going = [(words, first, left - 1) for words, first, left in active if left]
        for form in token.forms:
            reached: list[tuple[Node[Rule], int]] = []
            for words, first, _ in active:
                step = words.get(form)
                if step is not None:
                    reached.append((step, first))
            begun = begins.get(form)
            if begun is not None:
                reached.append((begun, at))
            for node, first in reached:
                if node.parts:
                    spans = hits.get(node)
                    if spans is None:
                        hits[node] = [(first, at)]
                    else:
                        spans.append((first, at))
                for rule in node.values:
                    starts = longest_from.get(rule.family)
                    if starts is None:
                        starts = longest_from[rule.family] = {}
                    longest = starts.get(first)
                    # What is found later is never shorter.
                    if longest is None or longest[0].last < at:
                        starts[first] = [Match(rule, first, at)]
                    elif all(rule is not match.rule for match in longest):
                        longest.append(Match(rule, first, at))
                if node.following:
                    going.append((node.following, first, 0))
                if node.after_gap is not None:
                    going.append((node.after_gap.following, first, GAP_WORDS))
        active = going
    found = {family: _not_within_others(starts) for family, starts in longest_from.items()}
    return found, parts


def _not_within_others(starts: dict[int, list[Match]]) -> list[Match]:
    kept: list[Match] = []
    reach = -1
    for first in sorted(starts):
        longest = starts[first]
        if longest[0].last > reach:
            kept += longest
            reach = longest[0].last
    return kept

"""What only mails can do wrong, and two channels together. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from service.domain.vocabulary import Channel
from tests.faults.evidence import StoredText
from tests.faults.memories import Memories
from tests.faults.truth import Took

_ARRIVED = frozenset({"delivered", "undelivered", "failed"})
"""Where the parent answers a mail it arrived, unless a server had said otherwise before."""


def sent_again(run: Memories) -> Iterator[str]:
    """Mails that were completed once more although nobody knew of the first time."""
    silent: set[int] = set()
    for dot in run.truth.dots:
        if dot.text_id in silent:
            yield f"text {dot.text_id}: completed again {dot.at:%H:%M:%S.%f}"
        if not dot.answered:
            silent.add(dot.text_id)


def by_both_channels(run: Memories) -> Iterator[str]:
    """The same words by text and by mail, unless one of the two did not arrive."""
    ways: defaultdict[tuple[object, ...], list[tuple[Channel, int]]] = defaultdict(list)
    for took in run.all_taken:
        text = run.text.get(took.text_id)
        if text is None or came_back(run, text):
            continue
        ways[_reason(text)].append((took.channel, took.text_id))
    for reason, found in ways.items():
        if len({channel for channel, _ in found}) > 1:
            yield f"{reason}: {[f'{channel.value} {text_id}' for channel, text_id in found]}"


def machines_answered(run: Memories) -> Iterator[str]:
    """Answers to what a machine wrote."""
    machines = {w.sid for w in run.truth.wrote if w.automatic}
    ids = {reply.id: reply.sid for reply in run.evidence.replies if reply.sid in machines}
    for text in run.evidence.texts:
        if text.reply_id in ids:
            yield f"text {text.id} {text.kind} to {text.who}, for reply {text.reply_id}"


def not_known_to_arrive(run: Memories) -> Iterator[str]:
    """Mails that the parent answered, and that the product does not know to have arrived."""
    answered = {w.answers for w in run.truth.wrote if w.answers and w.sid in run.reply}
    for text in run.evidence.texts:
        lead = text.id if text.rides_with is None else text.rides_with
        if lead in answered and text.id in run.took_ids and text.state not in _ARRIVED:
            yield f"text {text.id} {text.kind} to {text.who}: {text.state}"


def wrongly_in_doubt(run: Memories) -> Iterator[str]:
    """Mails in doubt of which no person knows, or which no fault explains."""
    for doubt in run.doubts.values():
        if not doubt.told:
            yield f"text {doubt.text_id} to {doubt.who}: unknown, and nobody was told"
        elif not doubt.taken and not doubt.explained:
            yield f"text {doubt.text_id} to {doubt.who}: lost, and nothing had broken"


def words_too_often(run: Memories) -> Iterator[str]:
    """Words that stand in more mails than there are texts that say them."""
    return (
        f"{who}: {words[:40]!r} in {mails} mails of {texts}"
        for who, words, mails, texts in _words(run)
        if mails > texts
    )


def words_left_out(run: Memories) -> Iterator[str]:
    """Texts that should have travelled in a mail, and do not stand in it."""
    return (
        f"{who}: {words[:40]!r} in {mails} mails of {texts}"
        for who, words, mails, texts in _words(run)
        if mails < texts
    )


def came_back(run: Memories, text: StoredText) -> bool:
    """Whether a mail was taken, and a server farther away gave it back."""
    lead = text.id if text.rides_with is None else text.rides_with
    return lead in run.truth.bounced


def _words(run: Memories) -> Iterator[tuple[str, str, int, int]]:
    """For the words of each text by mail: in how many mails they stand, and how many should."""
    texts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    mails: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for took in run.all_taken:
        text = run.text.get(took.text_id)
        if took.channel is Channel.EMAIL and text is not None and text.body:
            texts[took.who][_plain(text.body)] += 1
            mails[took.who][_one(took)] = _plain(took.body)
    for who, bodies in texts.items():
        for body in bodies:
            should = sum(n for other, n in bodies.items() if body in other)
            yield who, body, sum(body in words for words in mails[who].values()), should


def _one(took: Took) -> str:
    """One mail, in however many texts it is counted."""
    return f"{took.sid} {took.at.isoformat()}"


def _reason(text: StoredText) -> tuple[object, ...]:
    if text.reply_id is not None:
        return ("reply", text.reply_id, text.kind)
    return ("text", text.copy_of or text.id)


def _plain(words: str) -> str:
    return " ".join(words.split())

"""A reply without the thanks it ends with: "thanks" or a heart changes no number and no age.

What the parent asks for is read from the whole message: alone, "thanks" is an answer.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain.reading.matching import Message

_ENDINGS = (
    ("thank", "you"),
    ("thanks",),
    ("thx",),
    ("gracias",),
    ("heartsign",),
    ("smilesign",),
    ("prayhands",),
)


def without_thanks(message: Message) -> Message:
    """The message up to its closing thanks; itself where it says nothing else."""
    end = length_without_thanks(message)
    if end == len(message.tokens):
        return message
    return replace(
        message,
        text=message.text[: message.tokens[end].start].rstrip(),
        tokens=message.tokens[:end],
        matches={
            family: [match for match in matches if match.last < end]
            for family, matches in message.matches.items()
        },
        sentences=message.sentences[:end],
        clauses=message.clauses[:end],
        words=[*message.words[:end], ""],
        said=frozenset(message.words[:end]),
        numbers=[at for at in message.numbers if at < end],
        others={at: other for at, other in message.others.items() if at < end},
    )


def length_without_thanks(message: Message) -> int:
    """How many tokens a message has before its closing thanks; all where it says nothing else."""
    end = len(message.tokens)
    while True:
        closing = next(
            (e for e in _ENDINGS if tuple(message.words[max(0, end - len(e)) : end]) == e), None
        )
        if closing is None:
            return end or len(message.tokens)
        end -= len(closing)

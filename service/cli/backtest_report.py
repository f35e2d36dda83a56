"""What ``tandem backtest`` prints: for people with safety first, and for machines."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.backtest import SAFETY, Cause, Change, Kind, Tally

MOST_SAFETY = 5000
"""Safety changes held for listing; beyond that they are only counted."""

_LEFT_OUT = (
    "The texts parents read (templates/messages) are not compared: this is about what is read and "
    "suggested."
)


class Report:
    """Collects changes for reading. What it holds is bounded, however many there are."""

    def __init__(self, show: int) -> None:
        self._show = show
        self._safety: list[Change] = []
        self._others: list[Change] = []
        self._not_shown = 0

    def take(self, change: Change) -> None:
        """Keep a change for listing while there is room."""
        kept, most = (self._safety, MOST_SAFETY) if change.safety else (self._others, self._show)
        if len(kept) < most:
            kept.append(change)
        else:
            self._not_shown += 1

    def lines(self, tally: Tally, installed: str, candidate: str) -> Iterator[str]:
        """The report, the lost flags and opt-outs first."""
        of = f" of {tally.conversations} conversations" if tally.conversations else ""
        yield f"{tally.replies} replies{of}; content {installed} -> {candidate}"
        if tally.unreadable:
            yield f"{tally.unreadable} conversations left out: what is stored cannot be read"
        if tally.drifted:
            yield (
                f"{tally.drifted} conversations had another suggestion than today's content gives; "
                "compared is today's content"
            )
        if tally.safety:
            yield ""
            yield "!! SAFETY: a red flag or an opt-out would be lost"
            for change in self._safety:
                yield from _told(change)
        if not (tally.changed_replies or tally.changed_conversations):
            yield ""
            yield "nothing would change"
        else:
            yield from _counts(tally)
            yield from _suggestions(tally)
            yield from self._list()
        yield ""
        yield _LEFT_OUT

    def _list(self) -> Iterator[str]:
        if self._others:
            yield ""
            yield "what would change besides" if self._safety else "what would change"
            for change in self._others:
                yield from _told(change)
        if self._not_shown:
            yield f"... and {self._not_shown} more (--show N lists more, --json all)"


def _counts(tally: Tally) -> Iterator[str]:
    whole = tally.conversations > 0
    yield ""
    yield f"{'kind of change':<22}{'replies':>9}" + (f"{'conversations':>15}" if whole else "")
    for kind in Kind:
        replies, conversations = tally.of_replies[kind], tally.of_conversations[kind]
        if replies or conversations:
            mark = "!! " if kind in SAFETY else ""
            row = f"{mark + kind.value:<22}{replies:>9}"
            yield row + (f"{conversations:>15}" if whole else "")
    row = f"{'any':<22}{tally.changed_replies:>9}"
    yield row + (f"{tally.changed_conversations:>15}" if whole else "")


def _suggestions(tally: Tally) -> Iterator[str]:
    changed = [(pair, n) for pair, n in tally.suggestions.most_common() if pair[0] != pair[1]]
    if not changed:
        return
    yield ""
    yield "suggestion of whole conversations" if tally.conversations else "suggestion of a reply"
    for (old, new), times in changed:
        yield f"  {old:>8} -> {new:<8}{times:>8}"
    same = sum(n for (old, new), n in tally.suggestions.items() if old == new)
    yield f"  {'the same':<20}{same:>8}"


def _told(change: Change) -> Iterator[str]:
    mark = "!! " if change.safety else ""
    lost = [kind.value for kind in change.kinds if kind in SAFETY]
    fields = [f"{field.name} {field.old} -> {field.new}" for field in change.fields]
    yield f"{mark}{_where(change)}: {'; '.join([*lost, *fields])}"
    if change.lost:
        yield f"     fires no longer: {_causes(change.lost)}"
    if change.gained:
        yield f"     fires now: {_causes(change.gained)}"


def _where(change: Change) -> str:
    parts = []
    if change.conversation is not None:
        parts.append(f"conversation {change.conversation}")
    if change.reply is not None:
        parts.append(f"reply {_one_line(change.reply)}")
    return ", ".join(parts)


def _causes(causes: tuple[Cause, ...]) -> str:
    shown = (f'{c.rule} "{_one_line(c.words)}"' if c.words else c.rule for c in causes)
    return ", ".join(shown)


def _one_line(words: str) -> str:
    return "".join(c if c.isprintable() else " " for c in words)


def as_json(change: Change) -> dict[str, object]:
    """A change as one JSON object."""
    return {
        "kind": "conversation" if change.reply is None else "reply",
        "conversation": change.conversation,
        "reply": change.reply,
        "safety": [kind.value for kind in change.kinds if kind in SAFETY],
        "changes": [kind.value for kind in change.kinds],
        "fields": {field.name: {"old": field.old, "new": field.new} for field in change.fields},
        "fires_no_longer": [{"rule": c.rule, "words": c.words} for c in change.lost],
        "fires_now": [{"rule": c.rule, "words": c.words} for c in change.gained],
    }


def summary(tally: Tally, installed: str, candidate: str) -> dict[str, object]:
    """The counts as one JSON object; ``suggestions`` holds every pair, the equal ones too."""
    return {
        "kind": "summary",
        "installed": installed,
        "candidate": candidate,
        "replies": tally.replies,
        "conversations": tally.conversations,
        "changed_replies": tally.changed_replies,
        "changed_conversations": tally.changed_conversations,
        "safety": tally.safety,
        "of_replies": {kind.value: tally.of_replies[kind] for kind in Kind},
        "of_conversations": {kind.value: tally.of_conversations[kind] for kind in Kind},
        "suggestions": [
            {"old": old, "new": new, "times": times}
            for (old, new), times in sorted(tally.suggestions.items())
        ],
        "drifted": tally.drifted,
        "unreadable": tally.unreadable,
        "texts_compared": False,
    }

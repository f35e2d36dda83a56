"""A run as a plain table, and what is wrong as lines for stderr."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.faults.account import Finding, Must

_SHOWN = 12
"""Ids shown a count; the rest is a number."""


@dataclass(frozen=True)
class Report:
    """What a run did and found."""

    title: str
    seed: int
    seconds: float
    facts: dict[str, object] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    """How often each fault and each blow happened."""
    points: dict[str, int] = field(default_factory=dict)
    """How often a process was killed at each named point."""
    slowest: Sequence[str] = ()
    doubts: dict[str, int] = field(default_factory=dict)
    """Mails of which nobody can know: counted, and shown apart."""
    findings: Sequence[Finding] = ()

    @property
    def is_clean(self) -> bool:
        """Whether every count is 0."""
        return not self.findings


def render(report: Report) -> str:
    """The table."""
    counts = Counter(finding.must for finding in report.findings)
    parts = [
        [f"== {report.title}, seed {report.seed}, {report.seconds:.0f} s"],
        _lines("", report.facts.items()),
        _lines("happened", sorted(report.happened.items())),
        _lines("killed at", sorted(report.points.items())),
        ["slowest answers", *(f"  {line}" for line in report.slowest)] if report.slowest else [],
        _lines("in doubt, which nobody can help (decision 0013)", report.doubts.items()),
        _lines("must be 0", [(must.value, counts[must]) for must in Must]),
    ]
    return "\n".join(line for part in parts for line in part)


def render_findings(report: Report) -> str:
    """The offending ids, a few a kind."""
    lines = []
    for must in Must:
        who = [finding.who for finding in report.findings if finding.must is must]
        lines += [f"{report.title}: {must.value}: {one}" for one in who[:_SHOWN]]
        if len(who) > _SHOWN:
            lines.append(f"{report.title}: {must.value}: and {len(who) - _SHOWN} more")
    return "\n".join(lines)


def _lines(head: str, rows: Iterable[tuple[str, object]]) -> list[str]:
    lines = [f"  {name:<66} {value!s:>12}" for name, value in rows]
    return [head, *lines] if lines and head else lines

"""The experiments: a mixture of everything; mails, Redis, PostgreSQL, time-outs by themselves."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from service.domain.vocabulary import Channel
from tests.faults.account import Finding, Must
from tests.faults.delays import Delay, delays
from tests.faults.families import WAITS_FOR_THE_RIG, make_families
from tests.faults.rates import MIXTURE, TIMEOUTS
from tests.faults.rig import IMPATIENT, PATIENT, Rig
from tests.faults.run import Account, Run
from tests.faults.scripts import Kind
from tests.faults.table import Report
from tests.faults.truth import Took, Truth, Wrote
from tests.faults.wrecker import Pace, Wrecker, start_again

SETTLING = 300.0
"""Seconds in which everything must have come to rest once nothing breaks any more."""
REDIS_LIMIT = 35.0
"""Seconds by which the loss of Redis may delay an answer: the next tick, and a breath."""
OUTAGE = 30.0
_SLOWEST = 3
_WHERE_MAILS_PASS = Pace(
    between_kills=(4.0, 8.0),
    between_blows=(20.0, 30.0),
    only=(
        "mail.",
        "flows.claim._in",
        "flows.deliver",
        "flows.mail_intake",
        "flows.reply.drain",
        "flows.settle_mail",
    ),
)
_BESIDES = tuple(kind for kind in Kind if kind not in WAITS_FOR_THE_RIG)
"""The families that need nothing but the passing of their own messages."""
_IN_ORDER = (
    Kind.BURST,
    Kind.STEP_BY_STEP,
    Kind.STOP,
    Kind.ALL_AT_ONCE,
    Kind.MAIL_STEP_BY_STEP,
    Kind.MAIL_STOP,
    Kind.TO_MAIL,
    Kind.TO_TEXT,
)
"""Those whose order must be kept whatever happens: they wait for each answer, or the pull tells
it. (Nobody can be asked for the order of mails.)"""


@dataclass(frozen=True)
class Size:
    """How many families, and for how long they begin and things break."""

    families: int
    seconds: float


@dataclass(frozen=True)
class Experiment:
    """One way to break things. ``retries`` are the carrier's waits between tries of a webhook."""

    name: str
    size: Size
    run: Callable[[Rig, Size], Report]
    retries: tuple[float, ...] = PATIENT


def mixture(rig: Rig, size: Size, pace: Pace | None = None) -> Report:
    """Everything at once; before it, a few families without any fault to compare with."""
    began = time.monotonic()
    families = make_families(size.families, rig.chance, rig.zones)
    undisturbed = [f for f in families if f.kind is Kind.STEP_BY_STEP][: size.families // 12]
    others = [family for family in families if family not in undisturbed]
    rig.supervisor.start_and_wait()
    run = Run(rig, families)
    wrecker = Wrecker(
        rig.chance,
        rig.control,
        rig.supervisor,
        rig.postgres,
        rig.redis,
        pace or Pace(),
        rig.notebook.note_broke,
    )
    try:
        run.begin(undisturbed, 5.0)
        run.wait_until_done(undisturbed, 60.0)
        broke = datetime.now(UTC)
        rig.dice.rates = MIXTURE
        wrecker.start()
        run.begin(others, size.seconds * 0.7)
        time.sleep(size.seconds)
        calm = datetime.now(UTC)
        wrecker.calm()
        rig.supervisor.kill("worker-1")  # the next one's pull finds what was given up last
        rest = _rest(run)
        account = run.account()
        facts = rest | _taken_between(account.truth, broke, calm)
        facts |= _before_and_after(account, broke, "with faults")
        return _report("mixture", rig, run, account, began, facts, wrecker)
    finally:
        run.close()


def mail(rig: Rig, size: Size) -> Report:
    """The mixture at a pace that lets mails go out, with the kills where mails pass."""
    return replace(mixture(rig, size, _WHERE_MAILS_PASS), title="mail")


def redis(rig: Rig, size: Size) -> Report:
    """Redis is emptied and later killed in the middle of running conversations."""
    began = time.monotonic()
    families = make_families(size.families, rig.chance, rig.zones, _BESIDES)
    rig.supervisor.start_and_wait()
    run = Run(rig, families)
    try:
        run.begin(families, size.seconds)
        time.sleep(size.seconds * 0.4)
        broke = datetime.now(UTC)
        rig.redis.flush()
        time.sleep(size.seconds * 0.3)
        rig.redis.stop()
        time.sleep(2.0)
        rig.redis.start()
        rest = _rest(run)
        account = run.account()
        waits = delays(account.evidence, account.truth)
        usual = max((d.answered for d in waits if d.wrote.at < broke), default=0.0)
        late = [
            Finding(Must.TOO_LATE, f"{d.wrote.sid} {d.wrote.at:%H:%M:%S}: {d.answered:.1f} s")
            for d in waits
            if d.answered > REDIS_LIMIT + usual
        ]
        facts = rest | _before_and_after(account, broke, "since Redis was emptied")
        return _report("redis", rig, run, account, began, facts, late=late)
    finally:
        run.close()


def postgres(rig: Rig, size: Size) -> Report:
    """PostgreSQL is down for half a minute while parents go on writing; the carrier gives up."""
    began = time.monotonic()
    families = make_families(size.families, rig.chance, rig.zones, _IN_ORDER)
    rig.supervisor.start_and_wait()
    run = Run(rig, families, in_a_burst=(3.0, 6.0), strict_order=True)
    try:
        run.begin(families, size.seconds)
        time.sleep(size.seconds * 0.3)
        down = datetime.now(UTC)
        rig.postgres.stop()
        rig.notebook.note_broke()
        gone = datetime.now(UTC)
        time.sleep(OUTAGE)
        back = datetime.now(UTC)
        start_again(rig.postgres)
        rest = _rest(run)
        account = run.account()
        answers = [status for at, status in account.truth.answers if gone < at < back]
        meant = sum(gone < wrote.at < back for wrote in account.truth.wrote)
        facts = rest | {
            "PostgreSQL was away, s": f"{(back - down).total_seconds():.0f}",
            "messages written meanwhile": meant,
            "webhooks answered 503 meanwhile": answers.count(503),
            "webhooks answered otherwise meanwhile": len(answers) - answers.count(503),
            "webhooks the carrier gave up": len(account.truth.given_up),
        }
        facts |= _before_and_after(account, down, "since PostgreSQL went away")
        return _report("postgres", rig, run, account, began, facts)
    finally:
        run.close()


def timeouts(rig: Rig, size: Size) -> Report:
    """The carrier takes the text and does not say so, in one of twenty."""
    began = time.monotonic()
    families = make_families(size.families, rig.chance, rig.zones, _BESIDES)
    rig.supervisor.start_and_wait()
    run = Run(rig, families)
    rig.dice.rates = TIMEOUTS
    try:
        run.begin(families, size.seconds)
        rest = _rest(run, stop_faults=False)
        account = run.account()
        return _report("timeouts", rig, run, account, began, rest | _waits(account))
    finally:
        run.close()


ALL = (
    Experiment("mixture", Size(500, 180.0), mixture),
    Experiment("mail", Size(120, 170.0), mail),
    Experiment("redis", Size(500, 45.0), redis),
    Experiment("postgres", Size(120, 40.0), postgres, IMPATIENT),
    Experiment("timeouts", Size(200, 30.0), timeouts),
)


def _rest(run: Run, *, stop_faults: bool = True) -> dict[str, object]:
    began = time.monotonic()
    rested = run.settle(SETTLING, stop_faults=stop_faults)
    return {
        "came to rest": f"after {time.monotonic() - began:.0f} s" if rested else "never",
        "families that wait in vain": len(run.unfinished()),
    }


def _taken_between(truth: Truth, broke: datetime, calm: datetime) -> dict[str, object]:
    """Where hardly anything was sent while things broke, a run proves little."""
    meanwhile = [took for took in truth.took if broke <= took.at <= calm]
    return {
        "texts and mails taken while things broke": len(meanwhile),
        "of these mails, while things broke": _mails(meanwhile),
    }


def _before_and_after(account: Account, when: datetime, what: str) -> dict[str, object]:
    waits = delays(account.evidence, account.truth)
    return {
        "an answer took before (median, longest s)": _spread(
            [d for d in waits if d.wrote.at < when]
        ),
        f"an answer took {what} (median, longest s)": _spread(
            [d for d in waits if d.wrote.at >= when]
        ),
    }


def _waits(account: Account) -> dict[str, object]:
    waits = delays(account.evidence, account.truth)
    return {"an answer took (median, longest s)": _spread(waits)}


def _spread(
    waits: Sequence[Delay], since: datetime | None = None, until: datetime | None = None
) -> str:
    seconds = [
        delay.answered
        for delay in waits
        if (since is None or delay.wrote.at >= since) and (until is None or delay.wrote.at < until)
    ]
    return f"{statistics.median(seconds):.1f}, {max(seconds):.1f}" if seconds else "-"


def _report(
    title: str,
    rig: Rig,
    run: Run,
    account: Account,
    began: float,
    facts: dict[str, object],
    wrecker: Wrecker | None = None,
    late: Sequence[Finding] = (),
) -> Report:
    happened = rig.dice.counts() | (dict(wrecker.blows) if wrecker else {})
    happened |= {f"started again: {slot}": n for slot, n in rig.supervisor.restarts.items()}
    happened |= {f"ended by itself: {slot}": n for slot, n in rig.supervisor.gave_up.items()}
    return Report(
        title=title,
        seed=rig.seed,
        seconds=time.monotonic() - began,
        facts={
            "families": len(run.families),
            "messages written": len(account.truth.wrote),
            "of these by mail": _mails(account.truth.wrote),
            "texts and mails taken": len(account.truth.took),
            "of these mails": _mails(account.truth.took),
            **facts,
        },
        happened=happened,
        points=rig.control.fired() if wrecker else {},
        slowest=_slowest(account),
        doubts=account.doubts,
        findings=(*account.findings, *late),
    )


def _mails(messages: Sequence[Wrote] | Sequence[Took]) -> int:
    return sum(message.channel is Channel.EMAIL for message in messages)


def _slowest(account: Account) -> list[str]:
    waits = sorted(delays(account.evidence, account.truth), key=lambda delay: -delay.answered)
    return [
        f"{d.wrote.at:%H:%M:%S} {d.wrote.who} {d.wrote.body!r}: "
        + ("pulled" if d.acknowledged is None else f"taken in after {d.acknowledged:.0f} s")
        + f", acted on after {d.processed:.0f} s, answered after {d.answered:.0f} s"
        for d in waits[:_SLOWEST]
    ]

"""The parents: they write, read what comes, think a moment, and write on."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.local.carrier.scheduler import Scheduler
from tests.faults.families import Family
from tests.faults.scripts import Kind, Says, When

THINKING = (0.3, 1.2)
"""Seconds between the last text that came and the next message. Every text starts it anew."""
IN_A_BURST = (0.1, 0.2)
"""Seconds between messages that wait for nothing."""


@dataclass(slots=True)
class _Progress:
    family: Family
    said: int = 0
    texts: int = 0
    heard: bool = False
    """Whether a text came since the last message."""
    told: bool = False
    ready: bool = False
    done: bool = False


class Parents:
    """Everybody of a run. Nothing here looks at the database: what reaches them moves them.

    ``on_ready`` hears, once each, of the families whose reminder may now fall due.
    """

    def __init__(
        self,
        families: Sequence[Family],
        write: Callable[[Family, Says], object],
        chance: random.Random,
        on_ready: Callable[[Family], None] = lambda family: None,
        in_a_burst: tuple[float, float] = IN_A_BURST,
    ) -> None:
        self._write = write
        self._chance = chance
        self._on_ready = on_ready
        self._in_a_burst = in_a_burst
        self._changed = threading.Condition()
        self._scheduler = Scheduler(threads=2)
        self._all = {family.who: _Progress(family) for family in families}

    def begin(self, families: Sequence[Family], over_seconds: float) -> None:
        """Let those who write first do so at some moment of the next seconds."""
        for family in families:
            progress = self._all[family.who]
            if family.kind is Kind.INVITED_AT_NIGHT:
                progress.done = True
            elif not family.is_invited:
                self._later(self._chance.uniform(0, over_seconds), progress)

    def got_text(self, who: str) -> None:
        """A text or a mail has come to this family."""
        progress = self._all.get(who)
        if progress is None:
            return
        with self._changed:
            progress.texts += 1
            progress.heard = True
            pause = self._chance.uniform(*THINKING)
        self._later(pause, progress)

    def tell(self, who: str) -> None:
        """The moment has come for which this family waits."""
        progress = self._all[who]
        progress.told = True
        self._later(0, progress)

    def unfinished(self) -> list[Family]:
        """Families that still have something to say or an answer to get."""
        with self._changed:
            return [p.family for p in self._all.values() if not p.done]

    def wait_until_done(self, families: Sequence[Family], seconds: float) -> bool:
        """Whether these were done within so many seconds."""
        with self._changed:
            return self._changed.wait_for(
                lambda: all(self._all[family.who].done for family in families), timeout=seconds
            )

    def close(self) -> None:
        """Nobody writes any more."""
        self._scheduler.close()

    def _later(self, seconds: float, progress: _Progress) -> None:
        texts = progress.texts
        self._scheduler.after(seconds, lambda: self._speak(progress, texts))

    def _speak(self, progress: _Progress, texts: int) -> None:
        """Say the next thing, unless another text has come meanwhile: that one goes on then."""
        family = progress.family
        with self._changed:
            if progress.done or progress.texts != texts or not self._may_go_on(progress):
                return
            if progress.said == len(family.says):
                self._finish(progress)
                return
            says = family.says[progress.said]
            progress.said += 1
            progress.heard = False
            following = family.says[progress.said : progress.said + 1]
            if not following and not says.answered:
                self._finish(progress)
        self._write(family, says)
        if following and following[0].when is When.AT_ONCE:
            self._later(self._chance.uniform(*self._in_a_burst), progress)

    def _may_go_on(self, progress: _Progress) -> bool:
        family = progress.family
        if progress.said == len(family.says):
            return progress.heard
        match family.says[progress.said].when:
            case When.AT_ONCE:
                return True
            case When.TOLD:
                self._get_ready(progress)
                return progress.told
            case When.ANSWERED:
                return progress.heard or (progress.said == 0 and not family.is_invited)

    def _finish(self, progress: _Progress) -> None:
        progress.done = True
        self._changed.notify_all()
        if progress.family.is_reminded:
            self._get_ready(progress)

    def _get_ready(self, progress: _Progress) -> None:
        if progress.heard and not progress.ready:
            progress.ready = True
            # Not under the lock: whoever listens may take its time.
            self._scheduler.after(0, lambda: self._on_ready(progress.family))

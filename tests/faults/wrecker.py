"""Breaks things, from one seed: kills at every named point, whole groups, Redis, PostgreSQL."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from service.local.postgres import EmbeddedPostgresError
from tests.faults.points import ControlFolder
from tests.faults.supervisor import Supervisor
from tests.support.postgres import PrivatePostgres
from tests.support.redis import RedisServer

_RARE = 4
"""A point that was armed so often is not disarmed any more."""
_AT_ONCE = 6
"""No more points are armed at once: a worker that dies as it starts never gets to sending."""


@dataclass(frozen=True)
class Pace:
    """How fast things break, in seconds."""

    between_kills: tuple[float, float] = (1.0, 3.0)
    patience: float = 4.0
    """How long points stay armed before others have their turn."""
    between_blows: tuple[float, float] = (6.0, 12.0)
    redis_down: tuple[float, float] = (0.5, 3.0)
    postgres_down: tuple[float, float] = (1.0, 5.0)
    kills_a_point: int = 2
    only: tuple[str, ...] = ()
    """How the points begin at which to kill; empty for every point that is passed."""


class Wrecker:
    """Two threads: one kills at points until each has fired often enough; one deals big blows."""

    def __init__(
        self,
        chance: random.Random,
        control: ControlFolder,
        supervisor: Supervisor,
        postgres: PrivatePostgres,
        redis: RedisServer,
        pace: Pace,
        on_outage: Callable[[], None] = lambda: None,
    ) -> None:
        """``on_outage`` hears of every end of PostgreSQL."""
        self._chance = random.Random(chance.random())
        self._blow_chance = random.Random(chance.random())
        self._control = control
        self._supervisor = supervisor
        self._postgres = postgres
        self._redis = redis
        self._pace = pace
        self._on_outage = on_outage
        self._calm = threading.Event()
        self._turns: Counter[str] = Counter()
        self.blows: Counter[str] = Counter()
        self._threads = [
            threading.Thread(target=work, name=work.__name__, daemon=True)
            for work in (self._kill_at_points, self._deal_blows)
        ]

    def start(self) -> None:
        """Begin to break everything."""
        for thread in self._threads:
            thread.start()

    def kill_at_points(self, seconds: float) -> set[str]:
        """Only kill at points, until each has fired often enough; those that have not in time."""
        self._threads[0].start()
        deadline = time.monotonic() + seconds
        while (wanting := self._wanting()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return set(wanting)

    def calm(self) -> None:
        """Break nothing more, and leave everything standing."""
        self._calm.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=60)
        for point in self._control.seen():
            self._control.disarm(point)

    def _kill_at_points(self) -> None:
        while not self._pause(self._pace.between_kills, self._chance):
            chosen = self._next_points()
            for point in chosen:
                self._control.arm(point)
                self._turns[point] += 1
            deadline = time.monotonic() + self._pace.patience
            while all(map(self._control.is_armed, chosen)) and time.monotonic() < deadline:
                if self._calm.wait(0.05):
                    break
            for point in chosen:
                if self._turns[point] < _RARE:
                    self._control.disarm(point)

    def _next_points(self) -> list[str]:
        """Some of those that have not killed often enough; in the end any one. Points that are
        passed rarely stay armed until somebody comes by."""
        wanting = self._wanting()
        if not wanting:
            every = self._control.seen()
            return [] if self._pace.only else self._chance.sample(every, min(1, len(every)))
        free = [point for point in wanting if not self._control.is_armed(point)]
        return self._chance.sample(free, min(_AT_ONCE, -(-len(free) // 3)))

    def _wanting(self) -> list[str]:
        """The points that have not killed often enough, and the beginnings that no point has."""
        fired = self._control.fired()
        only = self._pace.only
        chosen = [p for p in fired if not only or p.startswith(only)]
        wanting = [p for p in chosen if fired[p] < self._pace.kills_a_point]
        return wanting + [o for o in only if not any(p.startswith(o) for p in chosen)]

    def _deal_blows(self) -> None:
        bag: list[tuple[str, Callable[[], None]]] = []
        while not self._pause(self._pace.between_blows, self._blow_chance):
            if not bag:
                bag = self._all_blows()
                self._blow_chance.shuffle(bag)
            name, blow = bag.pop()
            self.blows[name] += 1
            blow()

    def _all_blows(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("web killed whole", lambda: self._supervisor.kill("web")),
            ("one worker killed", lambda: self._supervisor.kill("worker-1")),
            ("both workers killed", self._kill_both_workers),
            ("both beats killed", self._kill_both_beats),
            ("Redis emptied", self._redis.flush),
            ("Redis killed and back, empty", self._restart_redis),
            ("PostgreSQL killed and back", self._crash_postgres),
            ("PostgreSQL stopped and back", self._restart_postgres),
        ]

    def _kill_both_workers(self) -> None:
        self._supervisor.kill("worker-1")
        self._supervisor.kill("worker-2")

    def _kill_both_beats(self) -> None:
        self._supervisor.kill("beat-1")
        self._supervisor.kill("beat-2")

    def _restart_redis(self) -> None:
        self._redis.stop()
        self._pause(self._pace.redis_down, self._blow_chance)
        self._redis.start()

    def _crash_postgres(self) -> None:
        self._postgres.kill()
        self._on_outage()
        self._pause(self._pace.postgres_down, self._blow_chance)
        start_again(self._postgres)

    def _restart_postgres(self) -> None:
        self._postgres.stop()
        self._on_outage()
        self._pause(self._pace.postgres_down, self._blow_chance)
        start_again(self._postgres)

    def _pause(self, span: tuple[float, float], chance: random.Random) -> bool:
        """Wait a while; True where it is time to be calm."""
        return self._calm.wait(chance.uniform(*span))


def start_again(postgres: PrivatePostgres, seconds: float = 60.0) -> None:
    """Start it; right after a kill its old processes may still hold the shared memory."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            postgres.start()
            return
        except EmbeddedPostgresError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)

"""The sending hours of a run: the same on all seven days, so that it proves the same on a Sunday,
and with an end that falls into the run in one of its time zones."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import time
from typing import Any

import config.packs
from config.packs import LoadedPacks, load_packs
from service.domain.conversation import Packs
from service.domain.sending_hours import Window


def patch_packs(closes: time) -> None:
    """From now on ``config.packs.load_packs`` gives the packs with a run's hours.

    Call it before anything that imports ``load_packs`` by name is imported.
    """
    patched: Any = functools.partial(_loaded, closes)
    config.packs.load_packs = patched


def packs_of_a_run(closes: time) -> Packs:
    """Those packs."""
    return _loaded(closes).packs


@functools.lru_cache(maxsize=1)
def _loaded(closes: time) -> LoadedPacks:
    loaded = load_packs()
    hours = loaded.packs.hours
    opens = min(window.opens for window in hours.days if window is not None)
    hours = replace(hours, days=(Window(opens, closes),) * 7, states={}, areas={})
    return replace(loaded, packs=replace(loaded.packs, hours=hours))

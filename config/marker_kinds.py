"""The kinds of markers a pack may hold: words that say how others are meant."""

from __future__ import annotations

from service.domain.reading.lexicon import Family, Kind

_TELLING = (
    Kind.LONG_AGO,
    Kind.WELL_SINCE,
    Kind.RIGHT_NOW,
    Kind.GOING_ON,
    Kind.NOT_REAL,
    Kind.SOMEONE_ELSE,
)
_OF_CONCERNS = (
    Kind.CANNOT,
    Kind.TROUBLE,
    Kind.NOT,
    Kind.CAN,
    Kind.FINE,
    Kind.WORRY,
    Kind.NO_LONGER,
    Kind.ANYMORE,
    Kind.PAST,
    Kind.CONTRAST,
    Kind.SUBJECT,
    Kind.OTHER,
    Kind.GLUE,
)
MARKERS = {kind.value: kind for kind in (*_OF_CONCERNS, *_TELLING)}
MARKER_FAMILIES = {Kind.PAST: Family.PAST, **dict.fromkeys(_TELLING, Family.TELLING)}
"""Families of markers other than those of concern words."""

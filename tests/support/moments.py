"""Moments for properties: any of two years, so that every change of the clocks is among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=729)).map(lambda passed: FIRST + passed)
"""Aware, from the beginning of 2026 to the end of 2027."""

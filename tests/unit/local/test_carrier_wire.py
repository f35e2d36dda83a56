"""The carrier's wire format: what it refuses, what a search means, what it keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from service.local.carrier import CarrierMessage, Delays, Direction, SimulatedCarrier, Status
from service.local.carrier.message import from_record, to_record
from service.local.carrier.wire import Refusal, read_outgoing, read_search

_HERE = Path(__file__).parent
_REFUSALS: list[dict[str, Any]] = yaml.safe_load((_HERE / "refusals.yaml").read_text("utf-8"))
_CLINIC = "+15005550006"
_SENT_AT = datetime(2026, 11, 22, 15, 30, 20, 400_000, tzinfo=UTC)


def _text() -> CarrierMessage:
    return CarrierMessage(
        sid="SM" + "0" * 32,
        direction=Direction.OUTBOUND,
        from_number=_CLINIC,
        to_number="+13125550142",
        body="Hello",
        status=Status.SENT,
        created_at=_SENT_AT,
        updated_at=_SENT_AT,
        sent_at=_SENT_AT,
    )


@pytest.mark.parametrize("case", _REFUSALS, ids=lambda case: str(case["why"]))
def test_a_text_is_refused_with_the_providers_own_code(case: dict[str, Any]) -> None:
    form = {"To": "+13125550142", "From": _CLINIC, "Body": "Hello"} | case["form"]
    form["Body"] *= case.get("repeat_body", 1)
    carrier = SimulatedCarrier("AC" + "0" * 32, "token", {_CLINIC: "http://127.0.0.1:9/"})
    try:
        with pytest.raises(Refusal) as refusal:
            carrier.send(read_outgoing(form))
    finally:
        carrier.close()
    assert refusal.value.code == case["code"]
    assert carrier.threads() == ()


def test_the_longest_text_is_still_taken() -> None:
    form = {"To": "+13125550142", "From": _CLINIC, "Body": "x" * 1600}
    assert len(read_outgoing(form).body) == 1600


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ({}, True),
        ({"DateSent": "2026-11-22"}, True),
        ({"DateSent": "2026-11-22T00:00:00Z"}, True),
        ({"DateSent": "2026-11-21"}, False),
        ({"DateSent": "2026-11-22T15:30:20Z"}, True),
        ({"DateSent": "2026-11-22T15:30:21Z"}, False),
        ({"DateSent>": "2026-11-22T15:30:20Z"}, True),
        ({"DateSent>": "2026-11-22T15:30:21Z"}, False),
        ({"DateSent<": "2026-11-22T15:30:20Z"}, True),
        ({"DateSent<": "2026-11-22T15:30:19Z"}, False),
        ({"DateSent<": "2026-11-22"}, True),
        ({"DateSent<": "2026-11-21"}, False),
        ({"DateSent>": "2026-11-22", "DateSent<": "2026-11-22"}, True),
        ({"To": "+13125550142"}, True),
        ({"To": "+13125550143"}, False),
        ({"From": _CLINIC}, True),
        ({"From": "+13125550142"}, False),
    ],
)
def test_a_search_lists_what_its_dates_and_numbers_name(
    query: dict[str, str], listed: bool
) -> None:
    assert read_search(query).wants(_text()) is listed


def test_a_text_still_in_the_queue_is_listed_by_its_creation() -> None:
    queued = replace(_text(), status=Status.QUEUED, sent_at=None)
    assert read_search({"DateSent>": "2026-11-22T15:30:20Z"}).wants(queued)
    assert not read_search({"DateSent>": "2026-11-22T15:30:21Z"}).wants(queued)


@pytest.mark.parametrize("query", [{"DateSent": "soon"}, {"PageSize": "ten"}, {"Page": "-1"}])
def test_a_search_that_makes_no_sense_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        read_search(query)


@given(
    body=st.text(st.characters(exclude_categories=["Cs"])),
    status=st.sampled_from(Status),
    error_code=st.none() | st.integers(),
    taken_in=st.none() | st.booleans(),
    sent_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_a_message_reads_back_from_the_journal_as_it_was(
    body: str,
    status: Status,
    error_code: int | None,
    taken_in: bool | None,
    sent_at: datetime | None,
) -> None:
    message = replace(
        _text(),
        body=body,
        status=status,
        error_code=error_code,
        taken_in=taken_in,
        sent_at=sent_at,
    )
    assert from_record(to_record(message)) == message


@given(st.uuids())
def test_the_network_is_never_slower_or_faster_than_it_was_told(sid_part: Any) -> None:
    delays = Delays(shortest=0.1, longest=0.6)
    assert 0.1 <= delays.step(f"SM{sid_part.hex}") <= 0.6
    assert timedelta(seconds=Delays.none().step(f"SM{sid_part.hex}")) == timedelta(0)

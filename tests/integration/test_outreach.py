"""A clinic's list: every row accounted for, every good family invited once, in their hours."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from service.flows.campaigns import campaign, campaigns
from service.flows.deliver import drain_texts
from service.flows.intake import Intake
from service.flows.outreach import invite
from service.flows.outreach_list import ListError, Outcome
from service.flows.reply import drain_replies
from service.store.models import Consent, TextRow
from tests.support.installation import CLINIC_NUMBER, Installation
from tests.support.webhook import inbound

HEADER = "number,language,child_age_months,consent_source,consent_date,time_zone,name\n"
GOOD = "+1312555{:04d},{},48,intake form,2026-03-31,,Kim\n"
BAD_ROWS = {
    "number: is missing": ",en,48,form,2026-03-31,,\n",
    "number: not a phone number": "call me,en,48,form,2026-03-31,,\n",
    "number: has the wrong number of digits": "+1312555,en,48,form,2026-03-31,,\n",
    "number: no such number can exist": "+10125550100,en,48,form,2026-03-31,,\n",
    "number: has an extension": "312-555-0100 x12,en,48,form,2026-03-31,,\n",
    "language: must be": "+13125559001,fr,48,form,2026-03-31,,\n",
    "child_age_months: must be a whole number": "+13125559002,en,four,form,2026-03-31,,\n",
    "child_age_months: must be a whole number ": "+13125559003,en,-4,form,2026-03-31,,\n",
    "child_age_months: 400 months": "+13125559004,en,400,form,2026-03-31,,\n",
    "consent_date: must look like": "+13125559005,en,48,form,last spring,,\n",
    "consent_date: lies in the future": "+13125559006,en,48,form,2199-01-01,,\n",
    "consent_date: is too long ago": "+13125559007,en,48,form,1899-01-01,,\n",
    "time_zone: must be a name": "+13125559008,en,48,form,2026-03-31,Chicago,\n",
    "number: is not a US": "+44 20 7946 0958,en,48,form,2026-03-31,,\n",
    "has 9 columns": "+13125559010,en,48,form,2026-03-31,,Kim,more,still more\n",
    "name: longer than": "+13125559011,en,48,form,2026-03-31,," + "x" * 201 + "\n",
    "consent_source: is missing": "+13125559012,en,48,,2026-03-31,,\n",
    "consent_date: is missing": "+13125559013,en,48,form,,,\n",
    "same number as line 2": "(312) 555-0000,en,48,form,2026-03-31,,\n",
    "the parent said stop": "+17735550199,en,48,form,2026-03-31,,\n",
}


def stopped_parent(place: Installation) -> None:
    Intake(place.services).take_sms(inbound("STOP", "+17735550199"))
    drain_replies(place.services)
    drain_texts(place.services)


def list_of_200() -> bytes:
    good = "".join(GOOD.format(n, "es" if n % 3 else "en") for n in range(180))
    return (HEADER + good + "".join(BAD_ROWS.values())).encode()


def a_weekday_noon_in_chicago() -> datetime:
    day = datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    while day <= datetime.now(UTC) or day.weekday() == 6:
        day += timedelta(days=1)
    return day


def test_of_200_rows_with_20_bad_ones_180_families_are_invited_once(place: Installation) -> None:
    stopped_parent(place)
    seen: list[int] = []
    report = invite(
        place.services,
        place.clinic_id,
        io.BytesIO(list_of_200()),
        name="spring.csv",
        progress=seen.append,
    )
    assert report.good == 180
    assert len(report.rows) == 20
    reasons = {row.line: row.reason for row in report.rows}
    for line, expected in enumerate(BAD_ROWS, 182):
        assert reasons[line].startswith(expected.strip()), (line, reasons[line])
    assert report.count(Outcome.NO_CONSENT) == 2
    assert report.count(Outcome.DUPLICATE) == 1
    assert report.count(Outcome.OPTED_OUT) == 1
    assert seen[-1] == 200

    drain_texts(place.services, as_of=a_weekday_noon_in_chicago())
    invited = [t for t in place.carrier.carrier.threads() if t.parent_number.startswith("+1312555")]
    assert len(invited) == 180
    assert len(place.texts_to("+13125550001")) == 1

    again = invite(place.services, place.clinic_id, io.BytesIO(list_of_200()), name="spring.csv")
    drain_texts(place.services, as_of=a_weekday_noon_in_chicago())
    assert again.good == 0
    assert len(place.texts_to("+13125550001")) == 1
    with place.services.database.transaction() as session:
        listed = session.scalars(select(Consent).where(Consent.method == "list")).all()
        assert len(listed) == 180
        assert listed[0].source == "intake form"


@pytest.mark.parametrize(
    ("content", "good", "reasons"),
    [
        ("NUMBER;Consent_Source;CONSENT_DATE\n+13125550001;form;2026-03-31\n", 1, []),
        ("sep=;\nnumber;consent_source;consent_date\n+13125550001;form;3/31/2026\n", 1, []),
        ("number\tconsent_source\tconsent_date\n+13125550001\tform\t2026-03-31\n", 1, []),
        ("\ufeffnumber,consent_source,consent_date\r\n\r\n+13125550001,form,2026-03-31\r\n", 1, []),
        ("number,consent_source,consent_date,name\n+13125550001,form,2026-03-31\n", 1, []),
        ('number,consent_source,consent_date,name\n+13125550001,form,2026-03-31,"A\nB"\n', 1, []),
        ("number,consent_source,consent_date\n3.12556E+09,form,2026-03-31\n", 0, ["rounded"]),
        (f"number,consent_source,consent_date\n{CLINIC_NUMBER},form,2026-03-31\n", 0, ["own"]),
        (
            'number,consent_source,consent_date,name\n+13125550001,form,2026-03-31,"oops\n'
            "+13125550002,form,2026-03-31,ok\n",
            0,
            ["quotation mark is open or out of place (up to line 3)"],
        ),
    ],
    ids=["semicolons", "sep line", "tabs", "BOM, CRLF, blank line", "short row", "line break",
         "rounded by a spreadsheet", "the clinic's own number", "open quote"],
)  # fmt: skip
def test_lists_as_spreadsheets_write_them(
    place: Installation, content: str, good: int, reasons: list[str]
) -> None:
    report = invite(place.services, place.clinic_id, io.BytesIO(content.encode()), name="l")
    assert report.good == good
    assert len(report.rows) == len(reasons)
    for row, reason in zip(report.rows, reasons, strict=True):
        assert reason in row.reason


def test_spanish_families_are_invited_in_spanish(place: Installation) -> None:
    rows = HEADER + GOOD.format(1, "es") + GOOD.format(2, "Español")
    invite(place.services, place.clinic_id, io.BytesIO(rows.encode()), name="l")
    drain_texts(place.services, as_of=a_weekday_noon_in_chicago())
    assert all("ALTO" in place.texts_to(f"+1312555{n:04d}")[0] for n in (1, 2))


def test_invitations_wait_for_the_family_s_sending_hours(place: Installation) -> None:
    rows = HEADER + "+13125550001,en,48,form,2026-03-31,Pacific/Honolulu,\n"
    invite(place.services, place.clinic_id, io.BytesIO(rows.encode()), name="l")
    morning_in_chicago = a_weekday_noon_in_chicago().replace(hour=16)
    assert drain_texts(place.services, as_of=morning_in_chicago) == 0
    with place.services.database.transaction() as session:
        text = session.scalars(select(TextRow)).one()
        assert text.state == "queued"
    ten_in_honolulu = a_weekday_noon_in_chicago().replace(hour=20)
    while ten_in_honolulu < text.send_after:
        ten_in_honolulu += timedelta(days=1)
    assert drain_texts(place.services, as_of=ten_in_honolulu) == 1


def test_an_invited_family_that_answers_is_not_asked_for_the_age_the_list_gave(
    place: Installation,
) -> None:
    rows = HEADER + GOOD.format(1, "en")
    invite(place.services, place.clinic_id, io.BytesIO(rows.encode()), name="l")
    drain_texts(place.services, as_of=a_weekday_noon_in_chicago())
    Intake(place.services).take_sms(inbound("YES", "+13125550001"))
    drain_replies(place.services)
    drain_texts(place.services)
    assert place.texts_to("+13125550001")[-1].startswith("Do any of these worry you?")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"name,language\nKim,en\n", "no column 'number'"),
        (b"number,consent_date\n+13125550001,2026-03-31\n", "no column 'consent_source'"),
        (b"number,number,consent_source,consent_date\n", "stands twice"),
        (b"\xff\xfe\x00n\x00u", "not a CSV text file"),
        (b"PK\x03\x04" + bytes(range(128, 200)), "not a CSV text file"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_line_that_says_what_to_do(
    place: Installation, content: bytes, complaint: str
) -> None:
    with pytest.raises(ListError, match=complaint) as caught:
        invite(place.services, place.clinic_id, io.BytesIO(content), name="l")
    assert "\n" not in str(caught.value)


def test_a_campaign_shows_how_far_it_is_and_who_was_left_out(place: Installation) -> None:
    rows = HEADER + GOOD.format(1, "en") + BAD_ROWS["language: must be"]
    report = invite(place.services, place.clinic_id, io.BytesIO(rows.encode()), name="May list")
    (summary,) = campaigns(place.services, place.clinic_id)
    assert (summary.name, summary.good, summary.left_out) == ("May list", 1, 1)
    waiting = campaign(place.services, place.clinic_id, report.campaign_id)
    assert waiting is not None
    assert (waiting.waiting, waiting.bad) == (1, 1)
    assert waiting.rows[0].reason.startswith("language")
    drain_texts(place.services, as_of=a_weekday_noon_in_chicago())
    done = campaign(place.services, place.clinic_id, report.campaign_id)
    assert done is not None
    assert done.waiting == 0
    assert done.sent + done.delivered == 1


def test_another_clinic_cannot_see_the_campaign(place: Installation) -> None:
    report = invite(
        place.services, place.clinic_id, io.BytesIO((HEADER + GOOD.format(1, "en")).encode()),
        name="l",
    )  # fmt: skip
    assert campaign(place.services, place.clinic_id + 1, report.campaign_id) is None


def test_a_family_that_writes_before_its_invitation_goes_out_gets_one_first_text(
    place: Installation,
) -> None:
    rows = HEADER + "+13125550001,en,48,form,2026-03-31,Pacific/Honolulu,\n"
    invite(place.services, place.clinic_id, io.BytesIO(rows.encode()), name="l")
    Intake(place.services).take_sms(inbound("hello", "+13125550001"))
    drain_replies(place.services)
    drain_texts(place.services)
    drain_texts(place.services, as_of=datetime.now(UTC) + timedelta(days=3))
    (text,) = place.texts_to("+13125550001")
    assert text.startswith("This is Sunny Days")

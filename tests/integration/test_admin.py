"""The inbox and the conversation pages: who comes first, what is shown, and to whom."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from service.flows import inbox
from service.flows.inbox import View
from service.flows.outreach import invite
from service.store.models import ConversationRow, Reply
from tests.support.admin import (
    OTHER_NUMBER,
    Desk,
    open_alerts,
    say,
    second_clinic,
)
from tests.support.installation import PARENT, Installation

LIST = (
    "number,consent_source,consent_date\n"
    "+1312555{:04d},intake form,2026-03-31\n"
    "{},intake form,2026-03-31\n"
)


def number(n: int) -> str:
    return f"+1312555{n:04d}"


def order_of(page: str) -> list[int]:
    return [
        int(found) for found in re.findall(r'row-link" href="/admin/conversations/(\d+)"', page)
    ]


def test_a_new_clinic_is_told_how_to_begin(desk: Desk) -> None:
    page = desk.get("/admin/")
    assert "No conversations yet" in page
    assert "/admin/outreach" in page
    assert "not a diagnosis" in page


def test_those_who_need_a_person_come_first_and_the_most_serious_on_top(
    place: Installation, desk: Desk
) -> None:
    calls = say(place, "hi", "yes", "please call me", number=number(1))
    urgent = say(place, "hi", "she is choking and turning blue right now", number=number(2))
    quiet = say(place, "hi", number=number(3))
    page = desk.get("/admin/")
    assert order_of(page) == [urgent, calls, quiet]
    assert (
        page.index("Needs a person")
        < page.index("May be an emergency")
        < page.index("Wants a person")
    )
    assert order_of(desk.get("/admin/?show=needs-person")) == [urgent, calls]


def test_booked_and_stopped_families_have_lists_of_their_own(
    place: Installation, desk: Desk
) -> None:
    booked = say(place, "hi", "yes", "4 years", "1 3", "none", "no", "booked", number=number(1))
    stopped = say(place, "hi", "STOP", number=number(2))
    say(place, "hi", number=number(3))
    assert order_of(desk.get("/admin/?show=booked")) == [booked]
    assert order_of(desk.get("/admin/?show=stopped")) == [stopped]


def test_paging_shows_every_conversation_once_even_where_times_are_equal(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "PAGE", 3)
    ids = [say(place, "hi", number=number(n)) for n in range(8)]
    waiting = [say(place, "hi", "yes", "call me please", number=number(n)) for n in range(20, 28)]
    with place.services.database.transaction() as session:
        session.execute(
            update(ConversationRow)
            .where(ConversationRow.id.in_([*ids[:5], *waiting[:5]]))
            .values(last_message_at=datetime(2026, 1, 1, tzinfo=UTC))
        )

    def walk(view: View) -> list[int]:
        seen: list[int] = []
        after: str | None = None
        while True:
            page = inbox.page(place.services, place.clinic_id, view, after)
            lines = page.needing if view is View.NEEDS_PERSON else page.others
            assert len(lines) <= 3
            seen += [line.id for line in lines]
            after = page.next
            if after is None:
                return seen

    assert walk(View.ALL) == [*reversed(ids[5:]), *reversed(ids[:5])]
    assert walk(View.NEEDS_PERSON) == [*reversed(waiting[5:]), *reversed(waiting[:5])]
    assert inbox.page(place.services, place.clinic_id, View.ALL).needing_total == len(waiting)


@pytest.mark.parametrize(
    "address", ["?after=1.2", "?after=1.x.3", "?after=9.999999999999999999.1", "?show=all-of-it"]
)
def test_an_address_of_a_list_that_we_never_gave_out_is_not_found(desk: Desk, address: str) -> None:
    assert desk.client.get(f"/admin/{address}").status_code == 404


def test_a_long_inbox_costs_no_more_queries_than_a_short_one(
    place: Installation, desk: Desk
) -> None:
    def queries() -> int:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        engine = place.services.database.engine
        event.listen(engine, "before_cursor_execute", note)
        desk.get("/admin/")
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    say(place, "hi", number=number(0))
    short = queries()
    for n in range(1, 12):
        say(place, "hi", "please call me", number=number(n))
    assert queries() == short <= 5


def test_a_parent_is_found_by_the_whole_number_and_no_address_of_a_page_holds_it(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi")
    found = desk.post("/admin/search", address=" (312) 555-0123 ")
    assert found.location == f"/admin/conversations/{conversation}"
    assert PARENT[2:] not in found.location
    for wrong in ("(312) 555-0124", "312555", "hello", "nobody@example.com"):
        missed = desk.post("/admin/search", address=wrong)
        assert missed.status_code == 404
        assert "Nobody here has that number" in missed.text


def test_a_conversation_shows_the_words_the_reasons_and_what_follows(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi", "yes", "she's 4, can't hold a crayon and falls a lot")
    page = desk.get(f"/admin/conversations/{conversation}")
    assert re.search(r'<mark class="mark-concern"[^>]*>can&#39;t hold a crayon', page)
    assert "Both: OT and PT" in page
    assert "fine_motor." in page
    assert "T-both" in page
    assert place.services.packs.version in page
    assert page.count("booking reminder") == 3
    assert "Agreed to messages" in page
    assert "replied yes" in page


def test_what_a_parent_writes_is_never_part_of_the_page_itself(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi", "<script>alert(1)</script> falls a lot <b>")
    for path in (f"/admin/conversations/{conversation}", "/admin/"):
        page = desk.get(path)
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "<b>" not in page


def test_pages_carry_no_script_or_style_of_their_own(place: Installation, desk: Desk) -> None:
    conversation = say(place, "hi", "yes", "please call me")
    for path in ("/admin/", f"/admin/conversations/{conversation}", "/admin/outreach"):
        page = desk.get(path)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", page), path


def test_an_open_page_learns_that_something_new_came(place: Installation, desk: Desk) -> None:
    conversation = say(place, "hi")
    for path in ("/admin/", f"/admin/conversations/{conversation}"):
        found = re.search(r'data-news="([^"]+)"', desk.get(path))
        assert found
        news = found[1].replace("&amp;", "&")
        assert desk.client.get(news).json == {"new": False}
        say(place, "yes")
        assert desk.client.get(news).json == {"new": True}


def test_no_page_or_button_reaches_into_another_clinic(
    place: Installation, app: Flask, desk: Desk
) -> None:
    other = second_clinic(place)
    theirs = say(place, "hi", "yes", "she is choking right now", To=OTHER_NUMBER)
    alerts = open_alerts(place, theirs)
    alert = alerts["urgent"]
    listed = LIST.format(777, "+13125550778")
    campaign = invite(place.services, other, io.BytesIO(listed.encode()), name="theirs").campaign_id
    with place.services.database.transaction() as session:
        reply = session.scalars(select(Reply.id).order_by(Reply.id.desc())).first()
    ids = {
        "conversation_id": theirs, "alert_id": alert, "campaign_id": campaign, "reply_id": reply,
    }  # fmt: skip
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("admin.") or not rule.arguments:
            continue
        path = re.sub(r"<id:(\w+)>", lambda found: str(ids[found[1]]), rule.rule)
        assert "<" not in path
        tried += 1
        if "POST" in (rule.methods or ()):
            answer = desk.post(path, visit="2027-01-05", how="On the phone", note="they agreed")
        else:
            answer = desk.client.get(path)
        assert answer.status_code == 404, path
        assert "choking" not in answer.text
    assert tried >= 9
    assert open_alerts(place, theirs) == alerts
    with place.services.database.transaction() as session:
        row = session.get_one(ConversationRow, theirs)
        assert (row.paused, row.booked) == (True, False)
    assert "No conversations yet" in desk.get("/admin/")
    assert desk.post("/admin/search", address=PARENT).status_code == 404
    mine = say(place, "hi", number=number(5))
    mixed = desk.post(f"/admin/conversations/{mine}/alerts/{alert}/done")
    assert mixed.status_code == 404


def test_an_uploaded_list_is_reported_row_by_row_and_can_be_downloaded(desk: Desk) -> None:
    def upload(content: str, **fields: str) -> Any:
        return desk.client.post(
            "/admin/outreach",
            data={
                "csrf_token": re.findall(r'csrf_token"[^>]*value="([^"]+)"', desk.get("/admin/"))[
                    0
                ],
                "name": "Spring",
                "agreed": "y",
                "file": (io.BytesIO(content.encode()), "spring.csv"),
                **fields,
            },
            follow_redirects=True,
        )

    assert "no column &#39;number&#39;" in upload("who,when\n1,2\n").text
    report = upload(LIST.format(44, "=HYPERLINK(1)"))
    assert "1 invited, 1 left out." in report.text
    assert "Not usable" in report.text
    assert "number: not a phone number" in report.text
    link = re.search(r"/admin/outreach/\d+/left-out.csv", report.text)
    assert link
    csv = desk.get(link[0])
    assert csv.splitlines()[1] == "3,'=HYPERLINK(1),bad,number: not a phone number"
    assert "1 invited" not in upload(LIST.format(45, ""), agreed="").text

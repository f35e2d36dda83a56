"""Reading stored conversations again: the questions as they were asked, every reply as it was."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from service.domain.replay import replay
from service.flows import desk
from service.flows.outreach import invite
from service.flows.staff import add_staff
from service.flows.stories import stories_of
from service.flows.tick import tick
from service.store.models import ConversationRow, Reply
from service.store.state_json import load_reading
from tests.support.admin import say
from tests.support.installation import Installation


def number(n: int) -> str:
    return f"+1312555{n:04d}"


FAMILIES: dict[str, tuple[str, ...]] = {
    "the whole way": ("hi", "yes", "4 years", "1 3", "7 and 9", "no", "thank you", "booked"),
    "all at once": ("hi", "yes", "she's 4, can't hold a crayon and falls a lot", "what is OT?"),
    "in Spanish": ("hola", "si", "tiene 3 años", "1 y 2", "ninguno", "no"),
    "changes the language": ("hi", "español", "si", "4 años", "ninguno", "todos", "no"),
    "does not know": ("hi", "yes", "5", "none", "none", "blue skies", "1", "falls a lot"),
    "says stop and comes back": ("hi", "yes", "4", "1", "STOP", "hello?", "START", "8", "no"),
    "begins anew": ("hi", "yes", "4", "1 3", "7", "no", "START", "6 years", "2", "none", "no"),
    "an emergency, and more": ("hi", "yes", "she is choking and cant breathe", "2 and 3"),
    "cannot be read": ("hi", "perhaps", "yes", "blue", "4 yrs", "hmm", "2 4", "all of them", "no"),
    "two children": ("hi", "yes", "my two kids, both fall a lot", "3 years", "1", "none", "no"),
    "a teen": ("hi", "im 15 and i fall a lot", "1 2", "ok"),
    "later, and a visit": ("hi", "yes", "4", "none", "7", "no", "later", "booked", "Dec 3"),
    "a referral": ("hi", "yes", "doctor ordered PT for my 2 year old, born at 30 weeks", "why"),
    "a baby": ("hi", "yes", "9 months", "1 and 2", "no", "he doesnt sit yet", "ok"),
}


def test_the_same_content_reads_every_stored_reply_as_it_was_read_then(
    place: Installation,
) -> None:
    for n, bodies in enumerate(FAMILIES.values()):
        say(place, *bodies, number=number(n))
    tick(place.services, as_of=datetime.now(UTC) + timedelta(days=4))
    for n in range(len(FAMILIES)):
        say(place, "ok", "1", number=number(n))
    say(place, "hi", "yes", number=number(90))
    say(place, "4", "STOP", number=number(90), OptOutType="STOP")
    say(place, "yes", number=number(90), OptOutType="START")
    listed = f"number,consent_source,consent_date,child_age_months\n{number(91)},form,2026-03-31,50"
    invite(place.services, place.clinic_id, io.BytesIO(listed.encode()), name="list")
    say(place, "yes", "1 3", "none", "no", number=number(91))
    paused = say(place, "hi", "yes", "5", "he is choking right now", number=number(92))
    staff = add_staff(place.services, place.clinic_id, "a@example.com", "a long password")
    desk.clear_pause(place.services, place.clinic_id, paused, staff)
    say(place, "1 and 3", number=number(92))

    compared = 0
    with place.services.database.transaction() as session:
        ids = list(session.scalars(select(ConversationRow.id)))
        then = {
            row.id: load_reading(row.reading)
            for row in session.scalars(select(Reply))
            if row.reading is not None
        }
        for _, story in stories_of(session, ids):
            assert story is not None
            again = list(replay(story, place.services.packs))
            for played in again:
                assert played.reading == then[played.heard.id], played.heard.text
            compared += len(again)
            if story.last.outcome is not None:
                # Once it was suggested; what was told after a booking did not change that.
                suggestions = {played.so_far.suggestion for played in again}
                assert story.last.outcome.suggestion in suggestions
    assert compared == len(then) > 100

"""The "why?" of a stored reply: what was read then, what would be read today, and for whom."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from sqlalchemy import select

from service.cli.explanation import print_explanation
from service.domain.reading.word_tree import Node
from service.flows import why as flow
from service.store.models import Reply
from service.web.app import create_app
from tests.support.admin import OTHER_NUMBER, Desk, desk_at, say, second_clinic
from tests.support.installation import Installation

WORDS = "he's 4, walks fine but cant hold a crayon. no seizures. <b>his brother falls a lot</b>"


@pytest.fixture
def desk(place: Installation) -> Desk:
    return desk_at(place)


def replies(place: Installation, conversation: int) -> list[int]:
    with place.services.database.transaction() as session:
        query = select(Reply.id).where(Reply.conversation_id == conversation).order_by(Reply.id)
        return list(session.scalars(query))


def address(conversation: int, reply: int) -> str:
    return f"/admin/conversations/{conversation}/replies/{reply}/why"


def words_of(page: str) -> str:
    """What is read on a page, without its tags."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", main)).split())


def test_every_reply_that_was_read_leads_to_its_reasons(place: Installation, desk: Desk) -> None:
    conversation = say(place, "hi", "yes", WORDS, "blue")
    say(place, "", NumMedia="1")
    page = desk.get(f"/admin/conversations/{conversation}")
    links = re.findall(r'href="(/admin/conversations/\d+/replies/\d+/why)"', page)
    ids = replies(place, conversation)
    # The picture without words was not read: there is nothing to ask why of.
    assert links == [address(conversation, reply) for reply in ids[:-1]]
    for link in links:
        assert "What was read" in desk.get(link)
    assert "read nothing in this reply" in desk.get(address(conversation, ids[-1]))


def test_the_page_shows_the_whole_path_of_a_reply(place: Installation, desk: Desk) -> None:
    conversation = say(place, "hi", "yes", WORDS)
    page = desk.get(address(conversation, replies(place, conversation)[-1]))
    assert re.search(r'<mark class="mark-concern"[^>]*>cant hold a crayon</mark>', page)
    assert re.search(r'<mark class="mark-not-counted"[^>]*>seizures</mark>', page)
    shown = words_of(page)
    for piece in (
        "We had asked: the child's age",
        "concern: fine motor (OT) · “cant hold a crayon” fine_motor.",
        "gross motor (PT): said to be fine",
        "balance (PT): about somebody else",
        "Urgent: denied just before · “seizures” urgent.seizure",
        "Occupational therapy",
        "Decided by T-ot",
        f"content version {place.services.packs.version}, the one in use today",
        "OT helps kids do daily tasks",
        "suggestion_ot · Sent · 2 segments GSM-7",
        "Today's content reads it in the same way and suggests the same",
    ):
        assert piece in shown, piece
    assert "<b>his brother" not in page
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_terminal_and_page_tell_the_same_story(place: Installation, desk: Desk) -> None:
    conversation = say(place, "hi", "yes", WORDS, "please stop texting me, call me instead")
    for reply in replies(place, conversation):
        found = flow.why(place.services, place.clinic_id, conversation, reply)
        assert found is not None
        assert found.path is not None
        out = StringIO()
        print_explanation(found.path, Console(file=out, color_system=None, width=400))
        terminal = " ".join(out.getvalue().split())
        page = words_of(desk.get(address(conversation, reply)))
        for shown in (terminal, page):
            for fact in found.path.facts:
                assert f"{fact.kind}: {fact.what}" in shown
            for lost in found.path.outranked:
                assert lost.what in shown
                assert lost.why in shown
            for fired in found.path.fired:
                assert fired.rule in shown
                assert fired.source in shown
            for text in found.path.sent:
                assert " ".join(text.body.split()) in shown
                assert f"{text.size.encoding}" in shown


def test_a_red_flag_shows_what_it_pushed_back_and_whom_it_called(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi", "yes", "call me please, she is choking right now")
    shown = words_of(desk.get(address(conversation, replies(place, conversation)[-1])))
    assert re.search(r"red flag: Urgent · “[^”]*choking[^”]*” urgent\.choking", shown)
    assert "Wants a person: Urgent is answered instead" in shown
    assert "No suggestion was given with this reply" in shown
    assert "A person was called: May be an emergency" in shown
    assert "Call 911 now" in shown


def test_after_a_change_of_content_the_page_still_shows_what_was_read_then(
    place: Installation,
) -> None:
    conversation = say(place, "hi", "yes", WORDS)
    reply = replies(place, conversation)[-1]
    packs = place.services.packs
    changed = replace(
        packs, version="0123456789abcdef", lexicon=replace(packs.lexicon, tree=Node())
    )
    app = create_app(replace(place.services, packs=changed))
    shown = words_of(desk_at(place, app).get(address(conversation, reply)))
    for piece in (
        "concern: fine motor (OT) · “cant hold a crayon” fine_motor.",
        "Decided by T-ot",
        f"Made from content version {packs.version}. The content has changed since.",
        "Today's content reads it otherwise.",
        "It would suggest UNCLEAR",
        "It would no longer read concern: fine motor (OT)",
        "Content version in use: 0123456789abcdef",
    ):
        assert piece in shown, piece
    assert "the one in use today" not in shown
    # What the words lost to is only told where it can still be known.
    assert "denied just before" not in shown


def test_new_words_that_today_would_be_read_are_shown_too(place: Installation) -> None:
    packs = place.services.packs
    deaf = replace(packs, version="old", lexicon=replace(packs.lexicon, tree=Node()))
    conversation = say(replace(place, services=replace(place.services, packs=deaf)), "hi", WORDS)
    shown = words_of(desk_at(place).get(address(conversation, replies(place, conversation)[-1])))
    assert "It would read" in shown
    assert "It would no longer read" not in shown
    assert shown.index("It would read") < shown.index("fine_motor.")


def test_a_reply_before_the_suggestion_names_the_content_of_the_one_that_came_next(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi", "yes", "4", "1 3", "none", "no")
    ids = replies(place, conversation)
    shown = words_of(desk.get(address(conversation, ids[3])))
    assert "numbers: picked 1, 3" in shown
    assert "No suggestion was given with this reply" in shown
    version = place.services.packs.version
    assert f"The suggestion that came next was made from content version {version}" in shown
    assert "P-running_stairs" not in shown
    assert "Made from content version" in words_of(desk.get(address(conversation, ids[-1])))


def test_a_clinic_sees_the_reasons_of_its_own_replies_only(place: Installation, desk: Desk) -> None:
    second_clinic(place)
    mine = say(place, "hi", "yes")
    theirs = say(place, "hi", "she is choking", number="+13125550199", To=OTHER_NUMBER)
    their_reply = replies(place, theirs)[-1]
    for conversation, reply in (
        (theirs, their_reply), (mine, their_reply), (theirs, replies(place, mine)[0]),
        (mine, 2**40), (2**40, their_reply),
    ):  # fmt: skip
        answer = desk.client.get(address(conversation, reply))
        assert answer.status_code == 404
        assert "choking" not in answer.text
    signed_out = create_app(place.services).test_client()
    assert signed_out.get(address(mine, replies(place, mine)[0])).status_code == 302

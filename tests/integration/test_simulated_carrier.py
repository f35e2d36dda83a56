"""The simulated carrier against the provider's own client, over real HTTP on loopback."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from service.local.carrier import Delays, Media, RunningCarrier, SimulatedCarrier, Status, serve
from service.local.carrier.log import JournalError

_ACCOUNT, _TOKEN = "AC" + "0" * 32, "demo-auth-token"
_CLINIC, _PARENT = "+15005550006", "+13125550142"


class _Redirected(TwilioHttpClient):
    """The ordinary client, but every request goes to one address."""

    def __init__(self, address: str) -> None:
        super().__init__(timeout=10)
        self._to = urlsplit(address)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        aimed = urlsplit(url)._replace(scheme=self._to.scheme, netloc=self._to.netloc)
        return super().request(method, urlunsplit(aimed), *args, **kwargs)


@dataclass(frozen=True)
class Posted:
    """One webhook as it arrived."""

    path: str
    fields: dict[str, str]
    signature: str
    retry_token: str


@dataclass
class Clinic:
    """A webhook that notes what it is sent and answers as told (204 when nothing is left)."""

    address: str = ""
    posted: list[Posted] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def is_signed(self, posted: Posted) -> bool:
        url = self.address + posted.path
        return bool(RequestValidator(_TOKEN).validate(url, posted.fields, posted.signature))


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    noted = Clinic()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = self.rfile.read(length).decode()
            noted.posted.append(
                Posted(
                    path=self.path,
                    fields=dict(parse_qsl(form, keep_blank_values=True)),
                    signature=self.headers["X-Twilio-Signature"],
                    retry_token=self.headers["I-Twilio-Idempotency-Token"],
                )
            )
            self.send_response(noted.answers.pop(0) if noted.answers else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    noted.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield noted
    server.shutdown()
    server.server_close()


def _start(clinic: Clinic, journal: Path | None = None, **options: Any) -> RunningCarrier:
    numbers = {_CLINIC: f"{clinic.address}/webhooks/twilio/sms#rc=5&rp=all"}
    options.setdefault("delays", Delays.none())
    return serve(SimulatedCarrier(_ACCOUNT, _TOKEN, numbers, journal, **options))


@pytest.fixture
def running(clinic: Clinic) -> Iterator[RunningCarrier]:
    started = _start(clinic)
    yield started
    started.close()


def _client(running: RunningCarrier, token: str = _TOKEN) -> Client:
    return Client(_ACCOUNT, token, http_client=_Redirected(running.address))


def _eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def _send(running: RunningCarrier, body: str = "Hello", **more: Any) -> Any:
    return _client(running).messages.create(to=_PARENT, from_=_CLINIC, body=body, **more)


def test_a_text_is_taken_and_delivered(running: RunningCarrier) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    made = _send(running, "¿Cómo está? " * 10)
    assert made.sid.startswith("SM")
    assert len(made.sid) == 34
    assert (made.status, made.direction, made.num_segments) == ("queued", "outbound-api", "2")
    assert made.date_sent is None
    assert made.error_code is None
    client = _client(running)
    _eventually(lambda: client.messages(made.sid).fetch().status == "delivered")
    fetched = client.messages(made.sid).fetch()
    assert (fetched.to, fetched.from_, fetched.body) == (_PARENT, _CLINIC, "¿Cómo está? " * 10)
    assert before <= fetched.date_sent <= datetime.now(UTC)


def test_each_step_is_reported_once_signed_and_in_order(
    running: RunningCarrier, clinic: Clinic
) -> None:
    made = _send(running, status_callback=f"{clinic.address}/status/41?clinic=7")
    _eventually(lambda: len(clinic.posted) == 2)
    assert [posted.fields["MessageStatus"] for posted in clinic.posted] == ["sent", "delivered"]
    for posted in clinic.posted:
        assert posted.path == "/status/41?clinic=7"
        assert posted.fields["MessageSid"] == made.sid
        assert clinic.is_signed(posted)
    assert len(clinic.posted[1].fields["RawDlrDoneDate"]) == 10


def test_a_report_that_meets_a_broken_clinic_is_posted_again(
    running: RunningCarrier, clinic: Clinic
) -> None:
    clinic.answers = [503, 204, 204]
    _send(running, status_callback=f"{clinic.address}/status/1")
    _eventually(lambda: len(clinic.posted) == 3)
    reported = Counter(posted.fields["MessageStatus"] for posted in clinic.posted)
    assert reported == {"sent": 2, "delivered": 1}


def test_a_text_to_a_phone_that_is_off_ends_undelivered(
    running: RunningCarrier, clinic: Clinic
) -> None:
    running.carrier.switch_phone(_PARENT, on=False)
    made = _send(running, status_callback=f"{clinic.address}/status/1")
    _eventually(lambda: len(clinic.posted) == 2)
    assert clinic.posted[1].fields["MessageStatus"] == "undelivered"
    assert clinic.posted[1].fields["ErrorCode"] == "30003"
    assert _client(running).messages(made.sid).fetch().error_code == 30003


def test_a_text_through_a_messaging_service_gets_a_number_of_the_account(
    running: RunningCarrier,
) -> None:
    service = "MG" + "a" * 32
    made = _client(running).messages.create(to=_PARENT, messaging_service_sid=service, body="Hi")
    assert (made.status, made.from_, made.messaging_service_sid) == ("accepted", _CLINIC, service)


def test_messages_are_found_by_number_and_time_newest_first(running: RunningCarrier) -> None:
    client = _client(running)
    sids = [_send(running, f"text {number}").sid for number in range(7)]
    client.messages.create(to="+17735550101", from_=_CLINIC, body="someone else")
    reply = running.carrier.text_from_parent(_PARENT, _CLINIC, "Hi")
    assert [one.sid for one in client.messages.list(to=_PARENT, page_size=3)] == sids[::-1]
    assert [one.sid for one in client.messages.list(from_=_PARENT)] == [reply.sid]
    assert len(client.messages.list()) == 9
    assert len(client.messages.list(to=_PARENT, limit=2)) == 2
    now = datetime.now(UTC)
    an_hour = timedelta(hours=1)
    assert len(client.messages.list(to=_PARENT, date_sent_after=now - an_hour)) == 7
    assert client.messages.list(to=_PARENT, date_sent_after=now + an_hour) == []
    assert client.messages.list(to=_PARENT, date_sent_before=now - an_hour) == []


def test_paging_neither_skips_nor_repeats_while_new_texts_arrive(running: RunningCarrier) -> None:
    sids = [_send(running, f"text {number}").sid for number in range(5)]
    pages = _client(running).messages.page(to=_PARENT, page_size=2)
    seen = [one.sid for one in pages]
    while pages is not None:
        _send(running, "arrived in between")
        pages = pages.next_page()
        seen += [one.sid for one in pages or ()]
    assert seen == sids[::-1]


def test_a_parents_text_reaches_the_clinic_with_all_the_usual_fields(
    running: RunningCarrier, clinic: Clinic
) -> None:
    sent = running.carrier.text_from_parent(_PARENT, _CLINIC, "she's 4 & falls a lot + más")
    _eventually(lambda: len(clinic.posted) == 1)
    (posted,) = clinic.posted
    assert posted.path == "/webhooks/twilio/sms"
    assert clinic.is_signed(posted)
    wanted = {
        "MessageSid": sent.sid,
        "SmsSid": sent.sid,
        "SmsMessageSid": sent.sid,
        "AccountSid": _ACCOUNT,
        "From": _PARENT,
        "To": _CLINIC,
        "Body": "she's 4 & falls a lot + más",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "FromCity": "CHICAGO",
        "FromState": "IL",
        "FromZip": "60601",
        "FromCountry": "US",
        "ToCountry": "US",
        "ApiVersion": "2010-04-01",
    }
    assert posted.fields.items() >= wanted.items()
    _eventually(lambda: running.carrier.messages(_PARENT)[0].taken_in is True)
    fetched = _client(running).messages(sent.sid).fetch()
    assert (fetched.direction, fetched.status) == ("inbound", "received")


def test_a_picture_comes_along(running: RunningCarrier, clinic: Clinic) -> None:
    picture = Media("http://127.0.0.1/picture.jpg", "image/jpeg")
    sent = running.carrier.text_from_parent(_PARENT, _CLINIC, "", media=[picture])
    _eventually(lambda: len(clinic.posted) == 1)
    fields = clinic.posted[0].fields
    assert sent.sid.startswith("MM")
    assert (fields["NumMedia"], fields["MediaUrl0"]) == ("1", picture.url)
    assert fields["MediaContentType0"] == "image/jpeg"


def test_a_parents_text_is_offered_again_until_the_clinic_takes_it(
    running: RunningCarrier, clinic: Clinic
) -> None:
    clinic.answers = [503, 500, 204]
    sent = running.carrier.text_from_parent(_PARENT, _CLINIC, "Hi")
    _eventually(lambda: running.carrier.messages(_PARENT)[0].taken_in is not None)
    (kept,) = running.carrier.messages(_PARENT)
    assert (kept.taken_in, kept.answer) == (True, 204)
    assert [posted.retry_token for posted in clinic.posted] == [sent.sid] * 3


@pytest.mark.parametrize(("answers", "last", "offered"), [([503] * 9, 503, 4), ([403], 403, 1)])
def test_a_text_the_clinic_does_not_take_is_given_up_but_stays_listed(
    running: RunningCarrier, clinic: Clinic, answers: list[int], last: int, offered: int
) -> None:
    clinic.answers = answers
    sent = running.carrier.text_from_parent(_PARENT, _CLINIC, "Hi")
    _eventually(lambda: running.carrier.messages(_PARENT)[0].taken_in is False)
    assert running.carrier.messages(_PARENT)[0].answer == last
    assert len(clinic.posted) == offered
    assert [one.sid for one in _client(running).messages.list(to=_CLINIC)] == [sent.sid]


@pytest.mark.parametrize("bad", ["5550142", "", "+1 312 555 0142"])
def test_only_a_phone_number_can_text(running: RunningCarrier, bad: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        running.carrier.text_from_parent(bad, _CLINIC, "Hi")


def _refusal(action: Callable[[], object]) -> tuple[int, int | None]:
    with pytest.raises(TwilioRestException) as refused:
        action()
    return refused.value.status, refused.value.code


def test_refusals_come_in_the_providers_own_shape(running: RunningCarrier) -> None:
    client = _client(running)
    unknown = "SM" + "f" * 32
    send = client.messages.create
    assert _refusal(lambda: send(to="12", from_=_CLINIC, body="x")) == (400, 21211)
    assert _refusal(lambda: send(to=_PARENT, from_="+13125550100", body="x")) == (400, 21606)
    assert _refusal(lambda: send(to=_PARENT, from_=_CLINIC, body="x" * 1601)) == (400, 21617)
    assert _refusal(lambda: send(to=_PARENT, from_=_CLINIC)) == (400, 21602)
    assert _refusal(lambda: client.messages(unknown).fetch()) == (404, 20404)
    assert _refusal(lambda: client.messages(unknown).delete()) == (405, 20004)
    assert _refusal(lambda: client.calls("CA" + "f" * 32).fetch()) == (404, 20404)
    stranger = _client(running, token="wrong").messages
    assert _refusal(lambda: stranger.create(to=_PARENT, from_=_CLINIC, body="x")) == (401, 20003)
    other = Client(_ACCOUNT, _TOKEN, "AC" + "1" * 32, http_client=_Redirected(running.address))
    assert _refusal(lambda: other.messages.create(to=_PARENT, body="x")) == (401, 20003)
    assert running.carrier.threads() == ()


def test_without_keyword_handling_stop_is_left_to_the_clinic(running: RunningCarrier) -> None:
    running.carrier.text_from_parent(_PARENT, _CLINIC, "STOP")
    assert _send(running, "You are unsubscribed.").status == "queued"


def test_with_keyword_handling_stop_blocks_that_parent_until_start(
    clinic: Clinic, tmp_path: Path
) -> None:
    journal = tmp_path / "carrier.jsonl"
    running = _start(clinic, journal, opt_out_keywords=True)
    running.carrier.text_from_parent(_PARENT, _CLINIC, "please stop calling him names")
    _send(running)
    running.carrier.text_from_parent(_PARENT, _CLINIC, " Stop ")
    assert _refusal(lambda: _send(running)) == (400, 21610)
    assert _client(running).messages.create(to="+17735550101", from_=_CLINIC, body="x").sid
    running.close()
    running = _start(clinic, journal, opt_out_keywords=True)
    assert _refusal(lambda: _send(running)) == (400, 21610)
    running.carrier.text_from_parent(_PARENT, _CLINIC, "START")
    assert _send(running).status == "queued"
    running.close()


def test_after_a_restart_the_same_conversations_are_there(clinic: Clinic, tmp_path: Path) -> None:
    journal = tmp_path / "carrier.jsonl"
    running = _start(clinic, journal)
    _send(running, "Hello ñ\n🙂")
    running.carrier.text_from_parent(_PARENT, _CLINIC, "Hi")
    _eventually(lambda: not any(one.is_under_way for one in running.carrier.messages(_PARENT)))
    running.close()
    shown, changes = running.carrier.messages(_PARENT), running.carrier.changes
    again = _start(clinic, journal)
    assert again.carrier.messages(_PARENT) == shown
    assert again.carrier.changes == changes
    assert len(_client(again).messages.list()) == 2
    again.close()


def test_what_was_under_way_at_a_kill_is_carried_on(clinic: Clinic, tmp_path: Path) -> None:
    journal = tmp_path / "carrier.jsonl"
    frozen = _start(clinic, journal, delays=Delays(shortest=600, longest=600, retries=(600,)))
    clinic.answers = [503]
    sent = _send(frozen)
    reply = frozen.carrier.text_from_parent(_PARENT, _CLINIC, "Hi")
    _eventually(lambda: frozen.carrier.messages(_PARENT)[1].answer == 503)
    frozen.close()
    # The kill came in the middle of a line.
    with journal.open("ab") as file:
        file.write(b'{"message": {"sid": "SM12')
    again = _start(clinic, journal)
    _eventually(lambda: not any(one.is_under_way for one in again.carrier.messages(_PARENT)))
    delivered, taken = again.carrier.messages(_PARENT)
    assert (delivered.sid, delivered.status) == (sent.sid, Status.DELIVERED)
    assert (taken.sid, taken.taken_in) == (reply.sid, True)
    _send(again, "written after the torn line")
    again.close()
    third = _start(clinic, journal)
    assert len(third.carrier.messages(_PARENT)) == 3
    third.close()


def test_a_journal_of_something_else_stops_the_start_and_names_the_line(
    clinic: Clinic, tmp_path: Path
) -> None:
    journal = tmp_path / "carrier.jsonl"
    journal.write_text('{"something": "else"}\n')
    with pytest.raises(JournalError, match="line 1"):
        SimulatedCarrier(_ACCOUNT, _TOKEN, {_CLINIC: clinic.address}, journal)


def test_the_journal_is_for_its_owner_alone(clinic: Clinic, tmp_path: Path) -> None:
    journal = tmp_path / "var" / "carrier.jsonl"
    _start(clinic, journal).close()
    assert journal.stat().st_mode & 0o077 == 0


def test_many_texts_at_once_are_each_delivered_and_reported_once(
    running: RunningCarrier, clinic: Clinic
) -> None:
    threads_before = threading.active_count()

    def send_some(first: int) -> None:
        client = _client(running)
        for number in range(first, first + 25):
            callback = f"{clinic.address}/status/{number}"
            to = f"+1773555{number:04d}"
            client.messages.create(to=to, from_=_CLINIC, body="Hi", status_callback=callback)

    senders = [threading.Thread(target=send_some, args=(first,)) for first in (0, 25, 50, 75)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    _eventually(lambda: len(clinic.posted) == 200)
    reported = Counter((one.path, one.fields["MessageStatus"]) for one in clinic.posted)
    assert set(reported.values()) == {1}
    assert len(running.carrier.threads()) == 100
    # A handful of connections at the receiving end, not one thread for each text.
    assert threading.active_count() - threads_before < 20


def test_closing_is_quick_and_frees_the_port(clinic: Clinic) -> None:
    running = _start(clinic)
    _send(running)
    port = urlsplit(running.address).port
    assert port is not None
    started = time.monotonic()
    running.close()
    running.close()
    assert time.monotonic() - started < 2
    again = serve(SimulatedCarrier(_ACCOUNT, _TOKEN, {_CLINIC: clinic.address}), port)
    assert again.address == running.address
    again.close()

"""The simulated carrier with a memory for the truth, blocked numbers and faulty webhooks."""

from __future__ import annotations

from collections.abc import Callable

from service.local.carrier import CarrierMessage, Delays, SimulatedCarrier
from service.local.carrier.scheduler import Scheduler
from service.local.carrier.wire import OutgoingText
from service.local.home import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from tests.faults.rates import Dice
from tests.faults.truth import Notebook, Took, Wrote, text_id_of
from tests.faults.webhooks import FaultyPoster
from tests.support.installation import CLINIC_NUMBER

_THREADS = 24
"""A product that does not answer holds a webhook for up to 15 s; the others must still go."""


class FaultyCarrier(SimulatedCarrier):
    """Takes texts like the real one. ``on_text`` hears every number that has just got one."""

    def __init__(self, dice: Dice, retries: tuple[float, ...], notebook: Notebook) -> None:
        delays = Delays(shortest=0.02, longest=0.3, retries=retries)
        super().__init__(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, {}, delays=delays)
        self.notebook = notebook
        self.on_text: Callable[[str], None] = lambda number: None
        self._blocked_after: dict[str, int] = {}
        self._scheduler.close()
        self._scheduler = Scheduler(_THREADS)
        self._poster = FaultyPoster(
            DEMO_AUTH_TOKEN, dice, notebook, self._scheduler, tries=len(retries) + 1
        )

    def block_after(self, number: str, texts: int) -> None:
        """Once this number has got so many texts, every further one is refused with 21610."""
        self._blocked_after[number] = texts

    def send(self, text: OutgoingText) -> CarrierMessage:
        """Take a text, and remember that."""
        message = super().send(text)
        number = message.to_number
        taken = self.notebook.note_took(
            Took(
                message.sid,
                text_id_of(message.status_callback),
                number,
                message.body,
                message.created_at,
            )
        )
        if taken == self._blocked_after.get(number):
            with self._lock:
                self._log.block(number, message.from_number, on=True)
        self.on_text(number)
        return message

    def is_trying(self) -> bool:
        """Whether a parent's message is still being handed over."""
        with self._lock:
            return any(message.is_inbound for message in self._log.under_way())

    def write(self, number: str, body: str) -> CarrierMessage:
        """A parent writes to the clinic."""
        message = self.text_from_parent(number, CLINIC_NUMBER, body)
        self.notebook.note_wrote(Wrote(message.sid, number, body, message.created_at))
        return message

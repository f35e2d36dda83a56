"""One run: families live through it, and in the end everything comes to rest."""

from __future__ import annotations

import csv
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.domain.vocabulary import Channel
from service.store import contacts
from service.store.models import Contact, ConversationRow, ReminderRow, Reply, TextRow
from tests.faults.account import Finding, Must, judge
from tests.faults.doubts import count_doubts
from tests.faults.evidence import Evidence, read_evidence
from tests.faults.falling_due import EVERY_SECONDS, FallingDue
from tests.faults.families import Family
from tests.faults.memories import Memories
from tests.faults.parents import IN_A_BURST, Parents
from tests.faults.rates import NONE
from tests.faults.rig import Rig
from tests.faults.scripts import Kind, Says
from tests.faults.truth import Truth
from tests.support.installation import CLINIC
from tests.support.processes import ProcessFault

_LOOK_EVERY = 1.0
_COLUMNS = ("number", "email", "language", "consent_source", "consent_date", "time_zone")
_LISTS = 4
"""How many lists the clinic sends, one after the other."""
_IN_VAIN = 45.0
"""Seconds of complete rest after which whoever still waits will wait for ever."""


@dataclass(frozen=True)
class Account:
    """What both sides remember of a run, and what is wrong about it."""

    evidence: Evidence
    truth: Truth
    findings: tuple[Finding, ...]
    doubts: dict[str, int]
    """How the mails in doubt came out."""


class Run:
    """Brings families to life on a rig. ``close`` it before the rig."""

    def __init__(
        self,
        rig: Rig,
        families: Sequence[Family],
        in_a_burst: tuple[float, float] = IN_A_BURST,
        *,
        due_every: float = EVERY_SECONDS,
        strict_order: bool = False,
    ) -> None:
        self._rig = rig
        self._strict_order = strict_order
        self._broken_off: list[Finding] = []
        self.families = tuple(families)
        self._falling = FallingDue(
            rig.services, rig.clinic_id, lambda who: self._parents.tell(who), due_every
        )
        self._parents = Parents(
            self.families, self._write, rig.chance, self._falling.ready, in_a_burst
        )
        self._by_address = {family.email: family for family in self.families if family.email}
        self._tell_carriers()
        self._tell_clinic()
        rig.carrier.on_text = self._got_text
        rig.mail_server.on_mail = self._got_mail
        rig.mail_server.on_bounce = rig.mailboxes.send_back
        self._lists = 0
        self._closing = threading.Event()
        self._inviting: threading.Thread | None = None

    def begin(self, families: Sequence[Family], over_seconds: float) -> None:
        """These start at some moment of the next seconds; the clinic invites the others."""
        self._parents.begin(families, over_seconds)
        invited = [family for family in families if family.is_invited]
        if invited:
            lists = [invited[first::_LISTS] for first in range(_LISTS)]
            self._inviting = threading.Thread(
                target=self._invite, args=[lists, over_seconds / _LISTS], daemon=True
            )
            self._inviting.start()

    def wait_until_done(self, families: Sequence[Family], seconds: float) -> bool:
        """Whether these families had their last answer within so many seconds."""
        return self._parents.wait_until_done(families, seconds)

    def unfinished(self) -> list[Family]:
        """Families that still wait or have something to say."""
        return self._parents.unfinished()

    def settle(self, seconds: float, *, stop_faults: bool = True) -> bool:
        """No more faults of the carrier; whether everything came to rest within so many seconds.

        Where everything rests except for families that wait in vain, it is known sooner.
        """
        if stop_faults:
            self._rig.dice.rates = NONE
        deadline = time.monotonic() + seconds
        at_rest_since: float | None = None
        while time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
            if not self._is_at_rest():
                at_rest_since = None
                continue
            at_rest_since = at_rest_since or time.monotonic()
            waiting = self._wait_in_vain()
            rested = time.monotonic() - at_rest_since
            if rested > (_IN_VAIN if waiting else 2 * _LOOK_EVERY):
                return not waiting
        return False

    def account(self) -> Account:
        """What both sides remember, and what is wrong about it."""
        truth = self._rig.notebook.all()
        evidence = read_evidence(self._rig.services, datetime.now(UTC))
        findings = judge(
            evidence,
            truth,
            self.families,
            self._rig.services.packs.hours.is_open,
            strict_order=self._strict_order,
        )
        broken = [Finding(Must.BROKEN_OFF, what) for what in self._rig.broken]
        memories = Memories(evidence, truth, self.families)
        return Account(
            evidence,
            truth,
            (*findings, *self._broken_off, *broken),
            count_doubts(evidence, truth, memories.doubts.values()),
        )

    def close(self) -> None:
        """The families fall silent."""
        self._closing.set()
        self._falling.close()
        self._parents.close()
        if self._inviting is not None:
            self._inviting.join(timeout=60)

    def _tell_carriers(self) -> None:
        """Which numbers and addresses get nothing."""
        for family in self.families:
            if family.number and family.blocked_after is not None:
                self._rig.carrier.block_after(family.number, family.blocked_after)
            if family.email and family.kind is Kind.NO_MAILBOX:
                self._rig.mail_server.has_no(family.email)
            if family.email and family.kind is Kind.BOUNCED:
                self._rig.mail_server.sends_back(family.email)

    def _tell_clinic(self) -> None:
        """The clinic knows both addresses of the families that use both."""
        both = [
            contacts.NewContact(family.number, family.email, None, family.language, None)
            for family in self.families
            if family.number and family.email
        ]
        with self._rig.services.database.transaction() as session:
            contacts.add_many(session, self._rig.clinic_id, both)

    def _write(self, family: Family, says: Says) -> None:
        if says.by is Channel.EMAIL:
            self._rig.mailboxes.write(family, says.body)
        else:
            self._rig.carrier.write(family.number or "", says.body)

    def _got_text(self, who: str) -> None:
        self._falling.got_text(who)
        self._parents.got_text(who)

    def _got_mail(self, address: str, raw: bytes) -> None:
        self._rig.mailboxes.got(address, raw)
        family = self._by_address.get(address)
        if family is not None:
            if family.kind is Kind.MAIL_MACHINE:
                self._rig.mailboxes.answer_automatically(family)
            self._got_text(family.who)

    def _wait_in_vain(self) -> list[Family]:
        """Families that wait although nothing is wrong with their last mail."""
        with self._rig.services.database.transaction() as session:
            doubtful = session.execute(
                select(Contact.number, Contact.email)
                .join(TextRow, TextRow.contact_id == Contact.id)
                .where(TextRow.state == "unknown", TextRow.settled_at.is_not(None))
            )
            told = {number or email for number, email in doubtful}
        return [family for family in self._parents.unfinished() if family.who not in told]

    def _invite(self, lists: Sequence[Sequence[Family]], pause: float) -> None:
        for families in lists:
            if families:
                self._send_list(families)
            if self._closing.wait(pause):
                return

    def _send_list(self, families: Sequence[Family]) -> None:
        """The clinic sends a list; a command that is killed is given again."""
        self._lists += 1
        file = self._rig.folder / f"list-{self._lists}.csv"
        agreed = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
        with file.open("w", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(_COLUMNS)
            for family in families:
                by = (family.number or "", family.email or "")
                rows.writerow([*by, family.language, "form", agreed, family.zone])
        try:
            self._rig.supervisor.run("invite", str(file), "--clinic", CLINIC)
        except (ProcessFault, TimeoutError) as error:
            self._broken_off.append(Finding(Must.BROKEN_OFF, f"invitations: {error}"))

    def _is_at_rest(self) -> bool:
        inviting = self._inviting is not None and self._inviting.is_alive()
        rig = self._rig
        trying = rig.carrier.is_trying() or rig.mailboxes.is_trying()
        if inviting or trying or self._falling.waiting():
            return False
        try:
            with rig.services.database.transaction() as session:
                return _waiting(session, datetime.now(UTC)) == 0
        except SQLAlchemyError:
            return False


def _waiting(session: Session, now: datetime) -> int:
    """How much the product still has to do."""
    replies = select(func.count()).select_from(Reply).where(Reply.processed_at.is_(None))
    texts = (
        select(func.count())
        .select_from(TextRow)
        .where(
            or_(
                TextRow.state == "sending",
                # A person knows of the others.
                (TextRow.state == "unknown") & TextRow.settled_at.is_(None),
                (TextRow.state == "queued") & (TextRow.send_after <= now + timedelta(minutes=15)),
            )
        )
    )
    reminders = (
        select(func.count())
        .select_from(ReminderRow)
        .join(ConversationRow, ConversationRow.id == ReminderRow.conversation_id)
        .where(
            ReminderRow.state == "due",
            ReminderRow.due_at <= now,
            ConversationRow.paused.is_(False),
        )
    )
    return sum(session.scalar(query) or 0 for query in (replies, texts, reminders))

"""Every mail the provider has seen: by mailbox, in order of arrival, and kept over a restart.

The journal is one JSON line a change, only ever appended to. Reading it back in order gives the
same mails with the same change numbers. A last line cut short by a kill is dropped.
Not safe for several threads at once: the provider holds its lock around every call.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from service.local.carrier.log import JournalError
from service.local.mail.mail import Mail, State, from_record, mailbox_of, to_record


@dataclass(frozen=True)
class Mailbox:
    """One parent's mailbox: how many mails came and went, and the last of them."""

    address: str
    count: int
    last: Mail


class MailLog:
    """The mails in order of arrival; ``is_ours`` says which addresses are the clinic's."""

    def __init__(self, journal: Path | None, is_ours: Callable[[str], bool]) -> None:
        self._is_ours = is_ours
        self._by_id: dict[str, Mail] = {}
        self._mailboxes: dict[str, list[str]] = {}
        self._changes = 0
        self._journal = None
        if journal is not None:
            self._replay(journal)
            self._journal = journal.open("ab")

    @property
    def changes(self) -> int:
        """How many changes there were so far: the newest mail's ``change``."""
        return self._changes

    def get(self, mail_id: str) -> Mail | None:
        """The mail with this id."""
        return self._by_id.get(mail_id)

    def put(self, mail: Mail) -> Mail:
        """Keep a new mail, and return it with its change number."""
        self._write({"mail": to_record(mail)})
        return self._keep(mail)

    def settle(self, mail_id: str, state: State, reason: str, answer: int | None) -> Mail:
        """Keep what became of a mail; its content is not written down a second time."""
        self._write({"outcome": [mail_id, state.value, reason, answer]})
        return self._note(mail_id, state, reason, answer)

    def mailbox(self, address: str) -> Iterator[Mail]:
        """Mails from or to a parent's address, oldest first."""
        return (self._by_id[one] for one in self._mailboxes.get(mailbox_of(address), []))

    def mailboxes(self) -> tuple[Mailbox, ...]:
        """All parents' mailboxes, the one with the newest mail first."""
        place = {mail_id: number for number, mail_id in enumerate(self._by_id)}
        found = sorted(self._mailboxes.items(), key=lambda box: place[box[1][-1]], reverse=True)
        return tuple(
            Mailbox(address, len(mails), self._by_id[mails[-1]]) for address, mails in found
        )

    def under_way(self) -> list[Mail]:
        """What was not finished yet."""
        return [mail for mail in self._by_id.values() if mail.is_under_way]

    def close(self) -> None:
        """Close the journal; what is in memory can still be read."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _keep(self, mail: Mail) -> Mail:
        self._changes += 1
        kept = replace(mail, change=self._changes)
        self._by_id[kept.id] = kept
        for address in {mailbox_of(kept.sender), mailbox_of(kept.recipient)}:
            # The empty sender of a bounce has no mailbox.
            if address and not self._is_ours(address):
                self._mailboxes.setdefault(address, []).append(kept.id)
        return kept

    def _note(self, mail_id: str, state: State, reason: str, answer: int | None) -> Mail:
        self._changes += 1
        known = self._by_id[mail_id]
        noted = replace(known, state=state, reason=reason, answer=answer, change=self._changes)
        self._by_id[mail_id] = noted
        return noted

    def _write(self, record: dict[str, Any]) -> None:
        if self._journal is not None:
            self._journal.write(json.dumps(record).encode() + b"\n")
            self._journal.flush()

    def _replay(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Families' mails are in it: nobody else on the machine may read them.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        whole = path.read_bytes()
        kept = whole[: whole.rfind(b"\n") + 1]
        if len(kept) < len(whole):
            os.truncate(path, len(kept))
        for number, line in enumerate(kept.splitlines(), start=1):
            try:
                self._replay_line(json.loads(line))
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise JournalError(f"{path}, line {number}: not a mail record") from error

    def _replay_line(self, record: dict[str, Any]) -> None:
        if "mail" in record:
            self._keep(from_record(record["mail"]))
        else:
            mail_id, state, reason, answer = record["outcome"]
            self._note(mail_id, State(state), reason, answer)

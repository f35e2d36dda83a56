"""Reading a clinic's list: CSV in, one checked row at a time out, each fault with its reason.

Columns: ``number`` or ``email``, ``language``, ``child_age_months``, ``consent_source``,
``consent_date``, ``time_zone``, ``name``; only an address and the two consent columns are
required. Nothing is stored here.
"""

from __future__ import annotations

import csv
import io
import itertools
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from service.channels.emails import NotAnEmail, to_email
from service.channels.numbers import NotANumber, to_e164
from service.domain.vocabulary import Channel, Language

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = (
    "number", "email", "language", "child_age_months", "consent_source", "consent_date",
    "time_zone", "name",
)  # fmt: skip
OLDEST_CHILD_MONTHS = 215
"""Tandem is for children: 17 years and 11 months."""
LONGEST_FIELD = 200

_LANGUAGES = {
    "": Language.EN,
    "en": Language.EN,
    "eng": Language.EN,
    "english": Language.EN,
    "es": Language.ES,
    "spa": Language.ES,
    "spanish": Language.ES,
    "espanol": Language.ES,
    "español": Language.ES,
}
_SEPARATORS = (",", ";", "\t")
"""What spreadsheets put between columns; the one the first line uses most."""
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")


class ListError(ValueError):
    """The file as a whole cannot be used; one line that says what to do."""


class Outcome(StrEnum):
    """What became of a row."""

    GOOD = "good"
    BAD = "bad"
    DUPLICATE = "duplicate"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"


@dataclass(frozen=True, slots=True)
class Invitee:
    """A row that can be invited, as far as the list alone can tell: by text where it has a
    ``number`` (E.164), else by ``email`` (lower case). One of the two is there."""

    line: int
    given: str
    number: str | None
    email: str | None
    name: str | None
    language: Language
    child_age_months: int | None
    consent_source: str
    consent_date: date
    time_zone: str | None
    row: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where they are invited."""
        return self.number or self.email or ""

    @property
    def channel(self) -> Channel:
        """How they are invited."""
        return Channel.SMS if self.number else Channel.EMAIL


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """A row that is not invited, and why. ``given`` is the address as the file had it."""

    line: int
    outcome: Outcome
    reason: str
    given: str
    row: tuple[str, ...] = ()
    """The row as it stood, so that it can be mended and sent in again."""


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list with an understood header (kept as in the file); ``rows`` can be read once."""

    header: tuple[str, ...]
    rows: Iterator[Invitee | RowOutcome]


def open_list(file: BinaryIO, today: date) -> OpenList:
    """Read the header and get ready to stream. Raises ``ListError``."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        first = text.readline()
        separator = max(_SEPARATORS, key=first.count)
        if first.lower().startswith("sep="):  # a line that spreadsheets write for each other
            separator, first = first[4:5], text.readline()
        reader = csv.reader(itertools.chain([first], text), delimiter=separator, strict=True)
        header = tuple(next(reader, ()))
    except (UnicodeDecodeError, csv.Error):
        raise ListError(
            "the file is not a CSV text file in UTF-8; save it as 'CSV UTF-8'"
        ) from None
    names = tuple(name.strip().lower().replace(" ", "_") for name in header)
    if not any(names):
        raise ListError("the file is empty; its first line must name the columns")
    if "number" not in names and "email" not in names:
        raise ListError("there is no column 'number' or 'email'; the first line names the columns")
    for needed in ("consent_source", "consent_date"):
        if needed not in names:
            raise ListError(f"there is no column '{needed}': without consent nobody is texted")
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise ListError(f"column '{twice}' stands twice")
    return OpenList(header, _rows(reader, names, today))


def _rows(reader: Reader, names: tuple[str, ...], today: date) -> Iterator[Invitee | RowOutcome]:
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise ListError(
                f"line {line} on is not UTF-8 text; save the file as 'CSV UTF-8'"
            ) from None
        except csv.Error:
            reason = f"a quotation mark is open or out of place (up to line {reader.line_num})"
            yield RowOutcome(line, Outcome.BAD, reason, "")
            continue
        if not any(field.strip() for field in row):
            continue
        # Spreadsheets leave out empty cells at a row's end.
        yield _read_row(line, row + [""] * (len(names) - len(row)), names, today)


class _Bad(ValueError):
    """Why a row cannot be used."""


class _NoConsent(ValueError):
    """The row does not say that the parent agreed."""


def _read_row(
    line: int, row: list[str], names: tuple[str, ...], today: date
) -> Invitee | RowOutcome:
    values = {name: field.strip() for name, field in zip(names, row, strict=False)}
    given = values.get("number") or values.get("email", "")
    try:
        if len(row) != len(names):
            raise _Bad(f"has {len(row)} columns where the first line names {len(names)}")
        too_long = next((n for n, v in values.items() if len(v) > LONGEST_FIELD), None)
        if too_long:
            raise _Bad(f"{too_long}: longer than {LONGEST_FIELD} characters")
        return _invitee(line, given, values, today, tuple(row))
    except _NoConsent as why:
        outcome, reason = Outcome.NO_CONSENT, str(why)
    except _Bad as why:
        outcome, reason = Outcome.BAD, str(why)
    return RowOutcome(line, outcome, reason, given[:LONGEST_FIELD], tuple(row))


def _invitee(
    line: int, given: str, values: dict[str, str], today: date, row: tuple[str, ...]
) -> Invitee:
    number, email = _number(values.get("number", "")), _email(values.get("email", ""))
    if number is None and email is None:
        raise _Bad("number: is missing, and there is no email address")
    language = _LANGUAGES.get(values.get("language", "").lower())
    if language is None:
        raise _Bad("language: must be en or es")
    age = _age(values.get("child_age_months", ""))
    zone = values.get("time_zone") or None
    if zone and zone not in zoneinfo.available_timezones():
        raise _Bad("time_zone: must be a name such as America/Chicago")
    source = values.get("consent_source", "")
    written = values.get("consent_date", "")
    if not source:
        raise _NoConsent("consent_source: is missing; say where the parent agreed")
    if not written:
        raise _NoConsent("consent_date: is missing; say when the parent agreed")
    return Invitee(
        line=line,
        given=given,
        number=number,
        email=email,
        name=values.get("name") or None,
        language=language,
        child_age_months=age,
        consent_source=source,
        consent_date=_date(written, today),
        time_zone=zone,
        row=row,
    )


def _number(written: str) -> str | None:
    if not written:
        return None
    try:
        return to_e164(written)
    except NotANumber as why:
        hint = "; the spreadsheet has rounded it" if "E+" in written.upper() else ""
        raise _Bad(f"number: {why}{hint}") from None


def _email(written: str) -> str | None:
    if not written:
        return None
    try:
        return to_email(written)
    except NotAnEmail:
        raise _Bad("email: is not an address") from None


def _age(written: str) -> int | None:
    if not written:
        return None
    if not (written.isascii() and written.isdigit()):
        raise _Bad("child_age_months: must be a whole number of months")
    months = int(written)
    if months > OLDEST_CHILD_MONTHS:
        raise _Bad(f"child_age_months: {months} months is not a child's age (0 to 215)")
    return months


def _date(written: str, today: date) -> date:
    for pattern in _DATES:
        try:
            # A calendar day: no time and so no zone is involved.
            day = datetime.strptime(written, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
        if day > today:
            raise _Bad("consent_date: lies in the future")
        if day.year < 2000:
            raise _Bad("consent_date: is too long ago to be right")
        return day
    raise _Bad("consent_date: must look like 2026-03-31 or 3/31/2026")

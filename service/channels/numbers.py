"""Telephone numbers: reading what a list says, and where a number may be."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat
from phonenumbers.timezone import time_zones_for_number

_NANP = re.compile(r"\+1(555\d{7}|[2-9]\d{2}[2-9]\d{6})")
"""What North America could assign, and the never-assigned area 555 of examples and trial runs."""
_NORTH_AMERICA = 1
"""The country code of the places whose emergency lines and laws the texts speak of."""
_MANY = 6
"""A number that may be in more zones than this is not tied to an area (toll-free, personal)."""


class NotANumber(ValueError):
    """The text is not a telephone number that can get texts; says why."""


def to_e164(written: str, region: str = "US") -> str:
    """A number as people write it, as E.164. Raises ``NotANumber`` with one line."""
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException:
        raise NotANumber("not a phone number") from None
    if number.extension:
        raise NotANumber("has an extension; texts need a mobile number")
    if number.country_code != _NORTH_AMERICA:
        raise NotANumber("is not a US or Canadian number")
    formatted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number):
        raise NotANumber("has the wrong number of digits")
    if not (phonenumbers.is_valid_number(number) or _NANP.fullmatch(formatted)):
        raise NotANumber("no such number can exist")
    return formatted


def plausible_zones(number: str, unknown_area_zones: tuple[str, ...]) -> tuple[str, ...]:
    """Every time zone an E.164 number may be in; the given ones where its area tells nothing."""
    try:
        zones = time_zones_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return unknown_area_zones
    if not zones or len(zones) > _MANY or zones[0] == "Etc/Unknown":
        return unknown_area_zones
    return tuple(zones)

"""Telephone numbers: reading what a list says, and where a number may be."""

from __future__ import annotations

import functools
import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

_NANP = re.compile(r"\+1(555\d{7}|[2-9]\d{2}[2-9]\d{6})")
"""What North America could assign, and the never-assigned area 555 of examples and trial runs."""
_NORTH_AMERICA = 1
"""The country code of the places whose emergency lines and laws the texts speak of."""
_MANY = 6
"""A number that may be in more zones than this is not tied to an area (toll-free, personal)."""
_AREA = re.compile(r"\+1(\d{3})\d{7}")
_SHARES_ITS_PLACES_WITH = {
    "236": "250", "257": "250", "364": "270", "367": "418", "448": "850", "458": "541",
    "474": "306", "581": "418", "672": "250", "689": "407", "778": "250", "879": "709",
    "930": "812", "986": "208",
}  # fmt: skip
"""Area codes laid over an older one of more zones, for which phonenumbers 9.0 names one zone (448,
all of Florida's panhandle: New York) or a wrong one (689, Orlando: Chicago)."""


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


def as_people_read(number: str) -> str:
    """An E.164 number as people read it, e.g. "(312) 555-0142"; what is none, as it stands."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    at_home = parsed.country_code == _NORTH_AMERICA
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def plausible_zones(number: str, unknown_area_zones: tuple[str, ...]) -> tuple[str, ...]:
    """Every time zone an E.164 number may be in; the given ones where its area tells nothing.

    In North America that is every zone of its area code: phonenumbers goes by the exchange, but
    numbers move within their area.
    """
    try:
        own = time_zones_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return unknown_area_zones
    if not own or len(own) > _MANY or own[0] == UNKNOWN_TIMEZONE:
        return unknown_area_zones
    area = _AREA.fullmatch(number)
    zones = tuple(dict.fromkeys((*own, *_zones_in_area(area[1])))) if area else tuple(own)
    return unknown_area_zones if len(zones) > _MANY else zones


@functools.lru_cache(maxsize=1024)
def _zones_in_area(area: str) -> tuple[str, ...]:
    """Every zone phonenumbers knows anywhere in a North American area code, by name."""
    codes = [f"{_NORTH_AMERICA}{area}"]
    if older := _SHARES_ITS_PLACES_WITH.get(area):
        codes.append(f"{_NORTH_AMERICA}{older}")
    found = (zones for prefix, zones in TIMEZONE_DATA.items() if prefix.startswith(tuple(codes)))
    return tuple(sorted({zone for zones in found for zone in zones}))


def usual_segments_per_second(number: str) -> float:
    """What carriers let a number of this kind send at least: a long code 1, toll-free 3.

    ``number`` is E.164. Source: providers 1, "Rates"; a registered campaign may have more.
    """
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return 3.0 if kind == phonenumbers.PhoneNumberType.TOLL_FREE else 1.0

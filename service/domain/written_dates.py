"""Days as parents read them: digits for the day, always with the weekday (knowledge e1)."""

from __future__ import annotations

from datetime import date

from service.domain.vocabulary import Language

_WEEKDAYS = {
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    Language.ES: ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    Language.EN: ("Jan", "Feb", "Mar", "Apr", "May", "Jun",
                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    Language.ES: ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
                  "septiembre", "octubre", "noviembre", "diciembre"),
}  # fmt: skip


def written_day(day: date, language: Language) -> str:
    """A day in words: "Monday, Dec 7" or "lunes 7 de diciembre"."""
    weekday = _WEEKDAYS[language][day.weekday()]
    month = _MONTHS[language][day.month - 1]
    if language is Language.ES:
        return f"{weekday} {day.day} de {month}"
    return f"{weekday}, {month} {day.day}"

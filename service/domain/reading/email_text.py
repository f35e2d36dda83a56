"""What the parent wrote in an email: without greeting, signature and quoted mail.

Careful rather than clever: where stripping would leave nothing, the whole text stays.
Answers written between quoted lines are kept. Linear in the length of the mail.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r"^\s*>")
_ATTRIBUTION_START = re.compile(r"^\s*(?:on|el|le|am)\b.{0,200}$", re.IGNORECASE)
_ATTRIBUTION_END = re.compile(r"(?:wrote|escribi[oó])\s*:\s*$", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|mensaje original|forwarded message|mensaje reenviado)"
    r"|_{10,}\s*$|(?:begin forwarded message|inicio del mensaje reenviado)\s*:)",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\s*\*?(?:from|sent|to|subject|date|de|enviado|para|asunto|fecha)\s?\*?:\*?\s", re.IGNORECASE
)
_DEVICE = re.compile(
    r"^\s*(?:sent from (?:my|yahoo|mail|outlook|the)|get outlook for|enviado desde|"
    r"obtener outlook|sent via)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s*(?:thanks(?: again| so much)?|thank you(?: so much| very much)?|many thanks|regards|"
    r"best regards|kind regards|warm regards|best|sincerely|cheers|respectfully|take care|"
    r"gracias|muchas gracias|mil gracias|saludos|saludos cordiales|atentamente|cordialmente|"
    r"un saludo|bendiciones)\s*[,.!]*\s*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hola|buenos d[ií]as|"
    r"buenas (?:tardes|noches)|estimad[oa]s?)\b[^.?!\d]{0,40}[,:!]?\s*$",
    re.IGNORECASE,
)
_MOST_SIGNATURE_LINES = 6


def written_text(mail: str) -> str:
    """The parent's own lines of a plain-text mail."""
    lines = mail.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    own = _without_quotes(lines)
    own = _without_signature(own)
    own = _without_greeting(own)
    text = "\n".join(own).strip()
    return text or mail.strip()


def _without_quotes(lines: list[str]) -> list[str]:
    own: list[str] = []
    i = 0
    while i < len(lines):
        line = lines[i]
        if _QUOTED.match(line):
            i += 1
            continue
        if _ORIGINAL.match(line) or _is_header_block(lines, i):
            break
        size = _attribution_lines(lines, i)
        if size:
            i += size
            rest = next((later for later in lines[i:] if later.strip()), "")
            if not _QUOTED.match(rest):
                break
            continue
        own.append(line)
        i += 1
    return own


def _attribution_lines(lines: list[str], at: int) -> int:
    """How many lines an "On Monday ... wrote:" takes here; mail programs wrap it."""
    if not _ATTRIBUTION_START.match(lines[at]):
        return 0
    for size in (1, 2, 3):
        if at + size <= len(lines) and _ATTRIBUTION_END.search(lines[at + size - 1]):
            return size
        if at + size <= len(lines) and not lines[at + size - 1].strip():
            return 0
    return 0


def _is_header_block(lines: list[str], at: int) -> bool:
    block = [line for line in lines[at : at + 5] if _HEADER.match(line)]
    return bool(_HEADER.match(lines[at])) and len(block) >= 3


def _without_signature(lines: list[str]) -> list[str]:
    for i, line in enumerate(lines):
        bare = line.rstrip()
        if bare in {"--", "-- ", "—"} or _DEVICE.match(line):
            rest = lines[i + 1 :] if _DEVICE.match(line) else []
            return lines[:i] + [later for later in rest if not _DEVICE.match(later)]
        if _CLOSING.match(line):
            rest = [later for later in lines[i + 1 :] if later.strip()]
            short = all(len(later.split()) <= 6 for later in rest)
            said = any(earlier.strip() for earlier in lines[:i])
            if said and short and len(rest) <= _MOST_SIGNATURE_LINES:
                return lines[:i]
    return lines


def _without_greeting(lines: list[str]) -> list[str]:
    for i, line in enumerate(lines):
        if line.strip():
            follows = any(later.strip() for later in lines[i + 1 :])
            return lines[i + 1 :] if follows and _GREETING.match(line) else lines
    return lines

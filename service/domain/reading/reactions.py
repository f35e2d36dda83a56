"""What a phone writes out when a parent taps a reaction on one of our texts.

'Liked “OK to text you? Reply YES or STOP.”' holds our words and none of theirs: the thumbs-up is
all they said, and the STOP in it is ours. A laugh or a mark answers nothing.
"""

from __future__ import annotations

import re

from service.domain.reading.tokens import fold

_UP, _DOWN, _NOTHING = "👍", "👎", ""
_SAID = {
    "liked": _UP,
    "loved": _UP,
    "disliked": _DOWN,
    "le gusto": _UP,
    "le encanto": _UP,
    "me gusta": _UP,
    "no le gusto": _DOWN,
    "laughed at": _NOTHING,
    "emphasized": _NOTHING,
    "questioned": _NOTHING,
    "se rio de": _NOTHING,
    "enfatizo": _NOTHING,
    "removed a like from": _NOTHING,
    "removed a heart from": _NOTHING,
}
_QUOTED = re.compile(r"[“\"«].*[”\"»]", re.DOTALL)
_REACTED = re.compile(
    r"(?:reacted |reaccionó con |reacciono con )?(\W{1,3}) (?:to|a) ", re.IGNORECASE
)
_LONGEST_OPENING = 24


def without_our_words(text: str) -> str:
    """A tapped reaction as the picture it was; any other text as it is. Never raises."""
    stripped = text.strip()
    opens = min((at for at in map(stripped.find, '“"«') if at >= 0), default=-1)
    if not 0 < opens <= _LONGEST_OPENING or _QUOTED.fullmatch(stripped[opens:]) is None:
        return text
    opening = stripped[:opens]
    said = _SAID.get(fold(opening.strip()))
    if said is None and (reacted := _REACTED.fullmatch(opening)) is not None:
        said = reacted.group(1)
    return text if said is None else said

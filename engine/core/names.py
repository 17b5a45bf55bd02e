"""What a name may be searched by: its plain form, and the initials of its pinyin. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import islice, product

#: Of a name with many readings, so many are kept; of a long one, so many signs count.
MOST_READINGS, MOST_SIGNS = 16, 8
_JOINERS = "·•.‧∙・"


def plain(name: str) -> str:
    """Return a name as it is compared: half-width, small letters, no spaces and no dots between its parts."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKC", name).casefold() if not sign.isspace() and sign not in _JOINERS
    )


def initials(name: str, letters: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return every plausible row of initials, bounded; ``letters`` gives the first letters of each sign."""
    each = [letters.get(sign) or (sign,) for sign in plain(name)[:MOST_SIGNS]]
    return tuple(dict.fromkeys("".join(one) for one in islice(product(*each), MOST_READINGS)))

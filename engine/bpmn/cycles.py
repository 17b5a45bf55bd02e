"""Reads how a repeating timer is written: ``R3/P1M``, ``R/P1W``, ``R/t_visit_default``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CYCLE = re.compile(r"R(\d*)\s*/\s*(\S.*)\Z", re.DOTALL)
_WEEKS = re.compile(r"P(\d{1,4})W\Z")
_DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Cycle:
    """``times`` is None where it repeats as long as its host is open; ``period`` is FEEL or a duration."""

    times: int | None
    period: str


def read_cycle(text: str) -> Cycle | None:
    """Return what a ``timeCycle`` says, or None where it is no repetition (a cron line, a mere duration)."""
    match = _CYCLE.match(text.strip())
    if match is None:
        return None
    period = match[2].strip()
    weeks = _WEEKS.match(period)
    if weeks:
        period = f"P{int(weeks[1]) * _DAYS_A_WEEK}D"
    return Cycle(int(match[1]) if match[1] else None, period)

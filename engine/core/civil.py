"""Durations as the law writes them: months, days and exact hours are three different things.

FEEL's days-and-time duration ``P1D`` equals ``PT24H``; as a limit they differ, since a limit
in days ends with its last day and one in hours at the instant. So both parts are kept apart
and only compared as one.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class MonthsDuration:
    """A years-and-months duration (``P6M``, ``P1Y``)."""

    months: int


@functools.total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class DaysDuration:
    """A days-and-time duration (``P3D``, ``PT15M``); equal when the whole length is equal."""

    days: int = 0
    seconds: Decimal = Decimal(0)

    @property
    def total_seconds(self) -> Decimal:
        """The whole length in seconds, a day being 24 hours."""
        return self.days * 86400 + self.seconds

    @property
    def is_exact(self) -> bool:
        """Whether it is written in hours, minutes or seconds, and so ends at an instant."""
        return self.seconds != 0 or self.days == 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DaysDuration):
            return NotImplemented
        return self.total_seconds == other.total_seconds

    def __lt__(self, other: DaysDuration) -> bool:
        return self.total_seconds < other.total_seconds

    def __hash__(self) -> int:
        return hash(self.total_seconds)

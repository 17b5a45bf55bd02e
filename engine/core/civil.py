"""Durations as the law writes them, and the days of Asia/Shanghai on which they begin and end.

FEEL's days-and-time duration ``P1D`` equals ``PT24H``; as a limit they differ, since a limit
in days ends with its last day and one in hours at the instant. So both parts are kept apart
and only compared as one.
"""

from __future__ import annotations

import calendar
import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


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


def exactly(span: timedelta) -> DaysDuration:
    """Return a length that is counted by the second."""
    return DaysDuration(seconds=span.days * 86400 + Decimal(span.seconds))


Length: TypeAlias = MonthsDuration | DaysDuration
Moment: TypeAlias = date | datetime


def instant_of(moment: Moment) -> datetime:
    """Return the instant (UTC); a day begins at its 00:00, and what names no zone is of Shanghai."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is None:  # never the zone of the process
        moment = moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(UTC)


def day_of(moment: Moment) -> date:
    """Return the day of Asia/Shanghai on which a moment falls."""
    if isinstance(moment, datetime):
        return instant_of(moment).astimezone(SHANGHAI).date()
    return moment


def end_of(day: date) -> datetime:
    """Return 24:00 of a day of Asia/Shanghai, in UTC."""
    return instant_of(day + timedelta(days=1))


def add_months(day: date, months: int) -> date:
    """Add calendar months, clamped to the last day of the month reached."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def months_on(start: datetime, months: int) -> datetime:
    """Return the same time of day of Asia/Shanghai so many months on, clamped, in UTC."""
    local = instant_of(start).astimezone(SHANGHAI)
    return instant_of(datetime.combine(add_months(local.date(), months), local.timetz()))

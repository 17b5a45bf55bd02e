"""When a limit ends, on the civil calendar of Asia/Shanghai.

Hours and minutes end at the instant. Days, months and years end at 24:00 of their last day,
the first day not counted; where a procedure runs round the clock, days end at the instant too.
Months clamp to the last day of a shorter month (Civil Code of the PRC, articles 201 to 203).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from engine.core.civil import DaysDuration, MonthsDuration

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: The value of a parameter whose act is due when it opens; it has no ladder.
AT_ONCE = "at_once"

Length: TypeAlias = MonthsDuration | DaysDuration
Moment: TypeAlias = date | datetime


class Rung(IntEnum):
    """The ladder of reminders; the value is the share of the limit that has passed, in percent."""

    REMINDER = 80
    OVERDUE = 100
    SUPERIOR = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder and the instant (UTC) at which it is reached."""

    rung: Rung
    at: datetime


def due_at(value: Length | Moment, start: Moment, *, around_the_clock: bool) -> datetime:
    """Return the instant (UTC) at which a limit that begins at ``start`` ends.

    ``value`` is a duration, the last day itself (ends at 24:00 of it), or the instant.
    ``start`` is an aware instant, or a day of Asia/Shanghai.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return end_of(value)
    if isinstance(value, DaysDuration) and (value.is_exact or around_the_clock):
        return _instant(start) + timedelta(seconds=float(value.total_seconds))
    if isinstance(value, MonthsDuration) and around_the_clock and isinstance(start, datetime):
        local = start.astimezone(SHANGHAI)
        day = add_months(local.date(), value.months)
        return datetime.combine(day, local.timetz()).astimezone(UTC)
    first = day_of(start)
    if isinstance(value, MonthsDuration):
        return end_of(add_months(first, value.months))
    return end_of(first + timedelta(days=value.days))


def end_of(day: date) -> datetime:
    """Return 24:00 of a day of Asia/Shanghai, in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)
    return midnight.astimezone(UTC)


def day_of(moment: Moment) -> date:
    """Return the day of Asia/Shanghai on which a moment falls."""
    if isinstance(moment, datetime):
        return moment.astimezone(SHANGHAI).date()
    return moment


def add_months(day: date, months: int) -> date:
    """Add calendar months, clamped to the last day of the month reached."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def ladder(opened: datetime, due: datetime) -> tuple[Step, ...]:
    """Return the rungs of a limit, from its opening; none where it was due when it opened."""
    span = due - opened
    if span <= timedelta(0):
        return ()
    return tuple(Step(rung, opened + span * rung.value / 100) for rung in Rung)


def age_at(birth: date, day: date) -> int:
    """Return the age in full years on a day; a birthday counts from its 00:00."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _instant(start: Moment) -> datetime:
    if isinstance(start, datetime):
        return start.astimezone(UTC)
    return datetime.combine(start, time(), tzinfo=SHANGHAI).astimezone(UTC)

"""Periods of the calendar and when the cycle of a period begins. Pure: the day and the calendar are passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.core.calendars import Calendar
from engine.core.civil import SHANGHAI, add_months, day_of, instant_of

#: How long the periods may be, in months; each divides a year.
MONTH, QUARTER, HALF, YEAR = 1, 3, 6, 12
LENGTHS = frozenset({MONTH, QUARTER, HALF, YEAR})

#: Within these hours of its first working day a cycle begins, each subject at its own moment.
OPENS, CLOSES = time(8, 30), time(17, 30)
WINDOW = (CLOSES.hour - OPENS.hour) * 3600

_QUARTERS = "一二三四"


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A month, quarter, half or whole year of the calendar; ``key`` tells it apart, ``label`` names it to people."""

    key: str
    label: str
    first: date
    last: date


def period_of(months: int, day: date) -> Period:
    """Return the period of this length in which a day lies."""
    index = (day.month - 1) // months
    first = date(day.year, index * months + 1, 1)
    last = add_months(first, months) - timedelta(days=1)
    key, label = _names(months, first, index)
    return Period(key=key, label=label, first=first, last=last)


def _names(months: int, first: date, index: int) -> tuple[str, str]:
    year = first.year
    if months == MONTH:
        return f"{year}-{first.month:02d}", f"{year}年{first.month}月"
    if months == QUARTER:
        return f"{year}-Q{index + 1}", f"{year}年第{_QUARTERS[index]}季度"
    if months == HALF:
        return f"{year}-H{index + 1}", f"{year}年{'上下'[index]}半年"
    return str(year), f"{year}年"


def period_named(key: str) -> Period:
    """Return the period that a key tells of."""
    year, _, part = key.partition("-")
    if not part:
        return period_of(YEAR, date(int(year), 1, 1))
    months = {"Q": QUARTER, "H": HALF}.get(part[0], MONTH)
    turn = int(part.lstrip("QH"))
    return period_of(months, date(int(year), (turn - 1) * months + 1, 1))


def opening(period: Period, month: int, calendar: Calendar) -> datetime:
    """Return when the first cycle of a period begins (UTC): the morning of its first working day.

    ``month`` is the month in which a yearly cycle begins; shorter ones begin with their period.
    """
    day = max(period.first, date(period.first.year, month, 1)) if period.key == str(period.first.year) else period.first
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return instant_of(datetime.combine(day, OPENS, SHANGHAI))


def next_dawn(months: int, month: int, now: datetime, calendar: Calendar) -> datetime:
    """Return when the next day begins (UTC) on which cycles of this length begin."""
    here = period_of(months, day_of(now))
    after = period_of(months, here.last + timedelta(days=1))
    days = (day_of(opening(one, month, calendar)) for one in (here, after))
    return next(dawn for day in days if (dawn := instant_of(day)) > now)

"""Functions over dates: DMN's, and the few of our own. The day it is comes in with ``now``."""

# ruff: noqa: C901 - each declared function counts as a branch
from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.core.deadlines import SHANGHAI
from engine.feel.library.numbers import whole
from engine.feel.library.registry import Shelf
from engine.feel.runtime import Run, Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


_MAX_DAYS = 3_660


def civil_date(moment: date) -> date:
    """Return the day of the civil calendar on which a moment falls."""
    if isinstance(moment, datetime):
        return (moment.astimezone(SHANGHAI) if moment.tzinfo else moment).date()
    return moment


def _works(day: date, calendar: dict[str, Value]) -> bool:
    """Return whether people work on a day: no weekend and no holiday, or a weekend that is worked."""
    if day in _days(calendar, "workdays"):
        return True
    return day.weekday() < 5 and day not in _days(calendar, "holidays")  # noqa: PLR2004 - Monday to Friday


def _days(calendar: dict[str, Value], key: str) -> list[Value]:
    found = calendar.get(key)
    return found if isinstance(found, list) else []


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""

    @shelf.add("now()")
    def _now(run: Run) -> Value:
        return run.now

    @shelf.add("today()")
    def _today(run: Run) -> Value:
        return None if run.now is None else civil_date(run.now)

    @shelf.add("day of year(date: date)")
    def _day_of_year(_run: Run, day: date) -> Value:
        return Decimal(day.timetuple().tm_yday)

    @shelf.add("day of week(date: date)")
    def _day_of_week(_run: Run, day: date) -> Value:
        return _DAYS[day.weekday()]

    @shelf.add("month of year(date: date)")
    def _month_of_year(_run: Run, day: date) -> Value:
        return _MONTHS[day.month - 1]

    @shelf.add("week of year(date: date)")
    def _week_of_year(_run: Run, day: date) -> Value:
        return Decimal(day.isocalendar().week)

    @shelf.add("last day of month(date: date)")
    def _last_day(_run: Run, day: date) -> Value:
        following = day.replace(day=28) + timedelta(days=4)
        return Decimal((following - timedelta(days=following.day)).day)

    @shelf.add("age at(birth: date, date: date)")
    def _age(_run: Run, birth: date, day: date) -> Value:
        born, then = civil_date(birth), civil_date(day)
        return Decimal(then.year - born.year - ((then.month, then.day) < (born.month, born.day)))

    @shelf.add("working days after(date: date, n: number, [calendar: context?])")
    def _after(run: Run, start: date, n: Decimal, calendar: dict[str, Value] | None = None) -> Value:
        left, day = whole(n), civil_date(start)
        if left is None or not 0 <= left <= _MAX_DAYS:
            return None
        while left:
            day += timedelta(days=1)
            run.spend(1 + len(_days(calendar or {}, "holidays")) // 16)
            left -= _works(day, calendar or {})
        return day

    @shelf.add("next working day(date: date, [calendar: context?])")
    def _next(run: Run, start: date, calendar: dict[str, Value] | None = None) -> Value:
        day = civil_date(start)
        while not _works(day, calendar or {}):
            day += timedelta(days=1)
            run.spend(1 + len(_days(calendar or {}, "holidays")) // 16)
        return day

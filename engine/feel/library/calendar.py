"""Functions over dates: DMN's, and the few of our own. The day it is comes in with ``now``."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from engine.feel.library.registry import Shelf
from engine.feel.runtime import Run, Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def register(shelf: Shelf) -> None:
    """Put the functions on the shelf."""

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

"""Limits on the civil calendar of Asia/Shanghai, and the ladder of reminders that follows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from engine.core.calendars import EMPTY, Calendar
from engine.core.civil import SHANGHAI, Length, Moment, add_months, day_of, end_of
from engine.core.limits import BadLength, Days, Due, Extension, FirstDay, Kind, Roll, Rule, is_positive
from engine.core.reckoning import reckon
from engine.core.suspension import Pause

__all__ = [
    "AT_ONCE",
    "SHANGHAI",
    "BadLength",
    "Days",
    "Due",
    "Extension",
    "FirstDay",
    "Kind",
    "Length",
    "Moment",
    "Pause",
    "Roll",
    "Rule",
    "Rung",
    "Step",
    "add_months",
    "age_at",
    "day_of",
    "due_at",
    "end_of",
    "is_positive",
    "ladder",
    "reckon",
]

#: The value of a parameter whose act is due when it opens; it has no ladder.
AT_ONCE = "at_once"


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


def due_at(
    value: Length | Moment,
    start: Moment,
    *,
    around_the_clock: bool,
    rule: Rule | None = None,
    calendar: Calendar = EMPTY,
) -> datetime:
    """Return the instant (UTC) at which a limit that nothing suspends ends; see :func:`reckon`."""
    due = reckon(value, start, around_the_clock=around_the_clock, rule=rule, calendar=calendar).at
    if due is None:
        raise AssertionError("Expected a limit without pauses to end")
    return due


def ladder(opened: datetime, due: datetime) -> tuple[Step, ...]:
    """Return the rungs of a limit, from its opening; none where it was due when it opened."""
    span = due - opened
    if span <= timedelta(0):
        return ()
    return tuple(Step(rung, opened + span * rung.value / 100) for rung in Rung)


def age_at(birth: date, day: date) -> int:
    """Return the age in full years on a day; a birthday counts from its 00:00."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))

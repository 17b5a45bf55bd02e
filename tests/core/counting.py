"""Limits as the tests write them: counted on the calendar that ships, times in Shanghai."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from engine.core.civil import DaysDuration
from engine.core.deadlines import SHANGHAI, Days, Due, Roll, Rule, reckon
from tests.core.test_calendars import the_calendar

WORKING = Rule(days=Days.WORKING)
ROLLED = Rule(roll=Roll.NEXT_WORKING)
ROLLED_BACK = Rule(roll=Roll.PREVIOUS_WORKING)
WEEK = DaysDuration(7)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def count(value: Any, start: str | datetime | date, rule: Rule | None = None, **more: Any) -> Due:
    """Count on the calendar that ships; a text is a time in Shanghai."""
    given: dict[str, Any] = {"calendar": the_calendar(), "around_the_clock": False} | more
    return reckon(value, local(start) if isinstance(start, str) else start, rule=rule, **given)


def last_day(*given: Any, **more: Any) -> str:
    """The last day of a limit, which ends at its 24:00."""
    due = count(*given, **more)
    assert due.last_day is not None
    assert due.at == datetime.combine(due.last_day + timedelta(days=1), datetime.min.time(), SHANGHAI)
    return due.last_day.isoformat()


def day(text: str) -> date:
    return date.fromisoformat(text)

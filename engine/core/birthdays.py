"""The birthdays that change what the law asks of a case, and the age that they tell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from engine.core.civil import day_of, end_of
from engine.core.deadlines import age_at

#: The message of a birthday, and the age that is reached.
AGES = {"sixteenth_birthday": 16, "eighteenth_birthday": 18}


def coming(born: date, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield each birthday after ``now`` with its instant: 00:00 of the day in Shanghai, in UTC.

    Who was born on 29 February comes of age on 1 March of a year that has no such day.
    """
    for name, age in AGES.items():
        at = end_of(_moved(born, age) - timedelta(days=1))
        if at > now:
            yield name, at


def age_before(waited_for: Mapping[str, datetime], now: datetime) -> int | None:
    """Return the age of a child by the birthdays that are waited for; None where there are none."""
    for name, age in AGES.items():
        if name in waited_for:
            return age_at(_moved(day_of(waited_for[name]), -age), day_of(now))
    return None


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)

"""The child's 16th and 18th birthdays: set when the birth date is known, told to the procedures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from engine.core.deadlines import end_of
from engine.service import timers
from engine.service.running import RunningCase
from engine.service.stepping import BIRTHDAY

#: The message of a birthday, and the age that is reached.
AGES = {"sixteenth_birthday": 16, "eighteenth_birthday": 18}


def set_birthdays(case: RunningCase, birth: Any) -> None:
    """Wait for the birthdays that are still to come; an earlier, mistaken date is forgotten."""
    try:
        born = date.fromisoformat(str(birth))
    except ValueError:
        return
    timers.drop(case, [one.id for one in list(case.timers.values()) if one.kind == BIRTHDAY])
    for name, at in coming(born, case.now):
        timers.add(case, instance_id=None, token=None, element=None, kind=BIRTHDAY, name=name, due_at=at)


def coming(born: date, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield each birthday after ``now`` with its instant: 00:00 of the day in Shanghai, in UTC.

    Who was born on 29 February comes of age on 1 March of a year that has no such day.
    """
    for name, age in AGES.items():
        try:
            day = born.replace(year=born.year + age)
        except ValueError:
            day = date(born.year + age, 3, 1)
        at = end_of(day - timedelta(days=1))
        if at > now:
            yield name, at

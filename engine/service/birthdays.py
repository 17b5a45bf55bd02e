"""The child's 16th and 18th birthdays: set when the birth date is known, told to the procedures."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.core.birthdays import coming
from engine.service import timers
from engine.service.running import BIRTHDAY, RunningCase


def set_birthdays(case: RunningCase, birth: Any) -> None:
    """Wait for the birthdays that are still to come; an earlier, mistaken date is forgotten."""
    try:
        born = date.fromisoformat(str(birth))
    except ValueError:
        return
    timers.drop(case, [one.id for one in list(case.timers.values()) if one.kind == BIRTHDAY])
    for name, at in coming(born, case.now):
        timers.add(case, instance_id=None, token=None, element=None, kind=BIRTHDAY, name=name, due_at=at)

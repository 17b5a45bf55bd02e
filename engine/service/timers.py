"""The timers of a case under way: set and dropped in memory, written once at the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.service.running import OpenItem, RunningCase, Timer
from engine.store import tables

#: A timer that is drawn in the diagram.
DRAWN = "bpmn"


def add(case: RunningCase, **values: Any) -> None:
    """Set a timer; until the case is settled it is not written, and its number is below zero."""
    number = min((0, *case.timers)) - 1
    case.timers[number] = Timer(id=number, **values)


def drop(case: RunningCase, wanted: Iterable[int]) -> None:
    """Let go of timers, written or not."""
    gone = [case.timers.pop(timer_id) for timer_id in list(wanted) if timer_id in case.timers]
    case.unit.pending.drop(tables.timer, [{"id": one.id} for one in gone if one.is_written])


def due(case: RunningCase) -> list[Timer]:
    """Return the timers that are due by now, the first first.

    At one instant an item is overdue before the diagram goes on: what was not done stays on record.
    """
    due = (one for one in case.timers.values() if one.due_at <= case.now)
    return sorted(due, key=lambda one: (one.due_at, one.kind == DRAWN, one.id))


def save(case: RunningCase) -> None:
    """Write the timers that were set and are still wanted; the last thing done to a case."""
    fresh = [one for one in case.timers.values() if not one.is_written]
    case.unit.pending.add(tables.timer, [one.row(case.id) for one in fresh])
    for one in fresh:
        del case.timers[one.id]


def of_item(case: RunningCase, item: OpenItem) -> list[int]:
    return [one.id for one in case.timers.values() if one.work_item_id == item.id]

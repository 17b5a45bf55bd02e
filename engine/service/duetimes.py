"""Due times of open items: set when they open, changed with what they follow from, and climbed by reminders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.model import TaskModel
from engine.core.deadlines import Rung, Step, ladder
from engine.service import timers
from engine.service.limitchanges import pauses
from engine.service.running import OpenItem, RunningCase
from engine.service.terms import Limit
from engine.store import tables

LADDER, WATCH = "ladder", "watch"


def arm(case: RunningCase, item: OpenItem, watches: Iterable[Limit]) -> None:
    """Set the first rung of a new item's ladder, and the limits that are watched beside it."""
    climb(case, item)
    for watch in watches:
        if watch.due is not None:
            _add(case, item, kind=WATCH, name=watch.name, due_at=watch.due, stage=0)


def climb(case: RunningCase, item: OpenItem) -> None:
    """Set the rung of the item's ladder that comes after those reached."""
    steps = rungs(item)
    if item.stage < len(steps):
        _add(
            case,
            item,
            kind=LADDER,
            name=item.limit_name or "",
            due_at=steps[item.stage].at,
            stage=item.stage + 1,
        )


def rungs(item: OpenItem) -> tuple[Step, ...]:
    """Return the ladder of an item; while its limit was suspended, no part of it passed."""
    if item.due_at is None:
        return ()
    stood = _stood(item)
    idle = sum((min(end, item.due_at) - begin for begin, end in stood if begin < item.due_at), timedelta(0))
    steps = ladder(item.opened_at, item.due_at - idle)
    moved = {step.rung: _later(step.at, stood) for step in steps} | {Rung.OVERDUE: item.due_at}
    return tuple(Step(step.rung, moved[step.rung]) for step in steps)


def _stood(item: OpenItem) -> list[tuple[datetime, datetime]]:
    """Return from when to when the limit stood still since the item opened; a pause that goes on is left out."""
    ended = ((max(one.begin, item.opened_at), one.end) for one in pauses(item.changes) if one.end is not None)
    return [(begin, end) for begin, end in ended if begin < end]


def _later(at: datetime, stood: Iterable[tuple[datetime, datetime]]) -> datetime:
    """Return the instant to which one of the ladder moves where the pauses before it are not counted."""
    for begin, end in stood:
        if begin < at:
            at += end - begin
    return at


def relimit(case: RunningCase, *, every: bool = False, **why: Any) -> None:
    """Look again at the limits that may have changed with the case's facts, or at every one.

    ``why`` goes into the journal beside each change.
    """
    for item in list(case.items.values()):
        live = case.instances[item.instance_id]
        task = live.procedure.model.tasks[item.element]
        if not (every or live.id in case.stepped or _reads_case(task)):
            continue
        limit = case.terms(live).limit(task, item.opened_at, item.changes)
        if differs(item, limit):
            set_due(case, item, limit, **why)


def differs(item: OpenItem, limit: Limit | None) -> bool:
    """Say whether the limit's due time, or how sure it is, is another than the item's."""
    known = (limit.due, limit.provisional) if limit else (None, False)
    return known != (item.due_at, item.provisional)


def _reads_case(task: TaskModel) -> bool:
    texts = (task.limit.feel if task.limit else None, task.start)
    return any("case." in text for text in texts if text)


def set_due(case: RunningCase, item: OpenItem, limit: Limit | None, *, told: int = 0, **why: Any) -> None:
    """Give the item another due time; its ladder goes on from where it now stands.

    ``told``: stages up to this one are not repeated although they lie ahead again.
    """
    before, item.due_at = item.due_at, limit.due if limit else None
    item.limit_name = limit.name if limit else None
    item.provisional = limit.provisional if limit else False
    passed = sum(step.at <= case.now for step in rungs(item))
    item.stage = item.stage if item.suspended_at else max(passed, told)
    case.unit.pending.change(
        tables.work_item,
        item.id,
        due_at=item.due_at,
        limit_name=item.limit_name,
        limit_start=limit.start if limit else None,
        stage=item.stage,
        provisional=item.provisional,
        suspended_at=item.suspended_at,
    )
    timers.drop(case, [one.id for one in case.timers.values() if one.work_item_id == item.id and one.kind == LADDER])
    climb(case, item)
    if item.provisional:
        why["provisional"] = True
    case.note("due_changed", item=item.id, code=item.code, before=iso(before), due=iso(item.due_at), **why)


def _add(case: RunningCase, item: OpenItem, **values: Any) -> None:
    timers.add(
        case,
        instance_id=item.instance_id,
        token=item.token,
        element=item.element,
        work_item_id=item.id,
        **values,
    )


def iso(moment: datetime | None) -> str | None:
    """Return an instant as the journal writes it."""
    return moment.isoformat() if moment else None

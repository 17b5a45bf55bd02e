"""Counts the limits of a case again by the calendar that it now has: what would move, and moving it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from engine.bpmn.adapter import Armed
from engine.bpmn.release import Release
from engine.core.deadlines import Days, Roll, Rung
from engine.service import duetimes, timers
from engine.service.calendarviews import Move
from engine.service.duetimes import WATCH, iso
from engine.service.running import Live, OpenItem, RunningCase, Timer
from engine.service.telling import shown, tell_unit
from engine.service.terms import Limit

DRAWN = "bpmn"
#: A reminder that was sent is not sent again because a holiday moved.
REMINDED = list(Rung).index(Rung.REMINDER) + 1


def looks_at_calendar(release: Release, *limits: str | None) -> bool:
    """Say whether the limit of the first of these names that has a rule counts working days, or rolls to one."""
    rule = next((release.rules[name] for name in limits if name and name in release.rules), None)
    return rule is not None and (rule.days is Days.WORKING or rule.roll is not Roll.NONE)


def moves(case: RunningCase) -> list[Move]:
    """Return what the calendar of the case would move; nothing is changed."""
    found = [_move_of_item(case, item, limit) for item, limit in _changed_items(case)]
    found += [_move_of_timer(case, timer, due) for timer, due in _changed_timers(case)]
    return sorted(found, key=lambda one: (one.item_id or 0, one.name))


def recount(case: RunningCase, year: int, source: str) -> list[Move]:
    """Move what the calendar of the case moves, and tell its units; the caller settles the case."""
    found = moves(case)
    for item, limit in list(_changed_items(case)):
        before = item.due_at
        told = min(item.stage, REMINDED)
        duetimes.set_due(case, item, limit, told=told, calendar=year, source=source)
        if item.due_at != before:
            _tell(case, item, before, year)
    for timer, due in list(_changed_timers(case)):
        timers.drop(case, [timer.id])
        timers.add(
            case,
            **{key: value for key, value in timer.row(case.id).items() if key != "case_id"} | {"due_at": due},
        )
        case.note("timer_set", name=timer.name, due=iso(due), calendar=year)
    return found


def _changed_items(case: RunningCase) -> Iterator[tuple[OpenItem, Limit]]:
    for item in list(case.items.values()):
        live = case.instances[item.instance_id]
        if not looks_at_calendar(live.release, item.limit_name):
            continue
        task = live.procedure.model.tasks[item.element]
        limit = case.terms(live).limit(task, item.opened_at, item.changes)
        if limit is not None and duetimes.differs(item, limit):
            yield item, limit


def _changed_timers(case: RunningCase) -> Iterator[tuple[Timer, datetime]]:
    for timer in list(case.timers.values()):
        live = case.instances.get(timer.instance_id or 0)
        if live is None or live.ended:
            continue
        due = _watched(case, live, timer) if timer.kind == WATCH else _drawn(case, live, timer)
        if due is not None and due != timer.due_at:
            yield timer, due


def _watched(case: RunningCase, live: Live, timer: Timer) -> datetime | None:
    item = case.items.get(timer.work_item_id or 0)
    if item is None or not looks_at_calendar(live.release, timer.name):
        return None
    watches = case.terms(live).watches(live.procedure.model.tasks[item.element], item.opened_at)
    return next((one.due for one in watches if one.name == timer.name), None)


def _drawn(case: RunningCase, live: Live, timer: Timer) -> datetime | None:
    model = live.procedure.model.timers.get(timer.element or "")
    if timer.kind != DRAWN or model is None or not looks_at_calendar(live.release, *model.limits):
        return None
    armed = _armed(case, live).get((timer.token, timer.name))
    return armed.due_at if armed else None


def _armed(case: RunningCase, live: Live) -> dict[tuple[UUID | None, str], Armed]:
    """Return the timers of the diagram as the case's calendar has them; the state itself stays as it is."""
    position = live.procedure.look(live.state, case.around(live.release))
    return {(one.token, one.name): one for one in position.timers}


def _move_of_item(case: RunningCase, item: OpenItem, limit: Limit) -> Move:
    unit = case.directory.unit_by_id(item.unit_id)
    return Move(
        case_id=case.id,
        case_number=case.row.number,
        item_id=item.id,
        name=item.name,
        code=item.code,
        unit_name=unit.name if unit else "",
        old=item.due_at,
        new=limit.due,
        was_provisional=item.provisional,
        is_provisional=limit.provisional,
    )


def _move_of_timer(case: RunningCase, timer: Timer, due: datetime) -> Move:
    live = case.instances[timer.instance_id or 0]
    node = live.procedure.model.nodes.get(timer.element or "")
    item = case.items.get(timer.work_item_id or 0)
    name = item.name if item else (node.name if node else "") or timer.name
    return Move(
        case_id=case.id,
        case_number=case.row.number,
        item_id=timer.work_item_id,
        name=f"{name}（定时）",
        code=live.key,
        unit_name="",
        old=timer.due_at,
        new=due,
        was_provisional=False,
        is_provisional=False,
    )


def _tell(case: RunningCase, item: OpenItem, before: datetime | None, year: int) -> None:
    unit = case.directory.unit_by_id(item.unit_id)
    if unit is None or item.due_at is None or before is None:
        return
    old, new = (shown(due, at=case.now) for due in (before, item.due_at))
    sentence = f"“{item.name}”按{year}年放假安排重算，到期时间由 {old} 改为 {new}"
    tell_unit(case, unit, about=item.code, kind="recounted", sentence=sentence, item_id=item.id)

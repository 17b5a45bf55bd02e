"""Step the procedures of one case: start, complete, deliver, fire, and write what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bpmn.adapter import Armed, Position
from engine.bpmn.release import Release
from engine.core import values
from engine.service import duetimes, items, registering, timers
from engine.service.running import (
    BIRTHDAY,
    MOST_MESSAGES,
    Live,
    MessageLoop,
    OpenItem,
    RunningCase,
    Timer,
    save_instance,
)
from engine.service.telling import PASSED, open_incident, tell_of_events, tell_of_overdue, tell_of_rung, tell_of_watch
from engine.store import casework as rows
from engine.store import tables


def start(
    case: RunningCase,
    release: Release,
    procedure: str,
    *,
    door: str | None,
    started_by: str | None = None,
    unit_id: int | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Live:
    """Start a procedure of the case by hand (``door`` None) or by the message of a door."""
    compiled = release.procedures[procedure]
    position = compiled.start(door, case.around(release), started_by=started_by, fields=fields or {})
    instance_id = rows.add(
        case.unit.connection,
        tables.instance,
        case_id=case.id,
        procedure=procedure,
        release_id=release.id,
        state=position.state,
        codec=str(position.state[0]),
        started_at=case.now,
        started_by_unit_id=unit_id,
    )
    live = Live(
        id=instance_id,
        key=procedure,
        procedure=compiled,
        release=release,
        state=position.state,
        version=1,
        started_by_unit_id=unit_id,
        overrides={},
        waits=frozenset(),
    )
    case.instances[instance_id] = live
    case.note("instance_started", instance=instance_id, procedure=procedure, door=door)
    apply(case, live, position)
    return live


def enter(case: RunningCase, live: Live, started_by: str, unit_id: int | None) -> None:
    """Let a start by hand enter the instance that runs already; tasks of whoever started it go to who entered last."""
    live.started_by_unit_id = unit_id or live.started_by_unit_id
    position = live.procedure.enter(live.state, case.around(live.release), started_by=started_by)
    if position is not None:
        apply(case, live, position)


def complete(case: RunningCase, item: OpenItem, fields: Mapping[str, Any]) -> Live:
    """Let the task's token go on with these decisive values."""
    live = case.instances[item.instance_id]
    case.learn(fields)
    apply(case, live, live.procedure.complete(live.state, item.token, fields, case.around(live.release)))
    return live


def apply(case: RunningCase, live: Live, position: Position) -> None:
    """Write what a step changed: items, timers, messages, ends."""
    live.state, live.position = position.state, position
    case.stepped.add(live.id)
    for taken in position.decisions:
        case.note("decision_taken", decision=taken.decision, rules=list(taken.rules))
        case.learn(taken.outputs)
    live.ends.extend(position.ends)
    live.ended = position.ended
    _close_items(case, live, position)
    _open_items(case, live, position)
    _set_timers(case, live, position)
    tell_of_events(case, live, position.passed)
    for thrown in position.thrown:
        case.note("message_thrown", message=thrown.message, instance=live.id)
        case.send(thrown.message, live.id)
    if position.stuck:
        sentence = f"“{live.procedure.model.name}”停在半途，没有任何环节可以继续，请管理员检查程序图"
        open_incident(case, live, "stuck", sentence)
    if live.ended:
        end = live.ends[-1] if live.ends else None
        case.note("instance_ended", instance=live.id, procedure=live.key, end=end)


def look_again(case: RunningCase, live: Live) -> None:
    """Let the timers of the diagram follow what was done to the limits of its tasks."""
    apply(case, live, live.procedure.look(live.state, case.around(live.release)))


def _close_items(case: RunningCase, live: Live, position: Position) -> None:
    there = set() if live.ended else {one.token for one in position.items}
    for item in [one for one in case.items.values() if one.instance_id == live.id]:
        if item.token not in there:
            items.cancel(case, item)


def _open_items(case: RunningCase, live: Live, position: Position) -> None:
    if live.ended:
        return
    known = {one.token for one in case.items.values() if one.instance_id == live.id}
    for one in position.items:
        if one.token not in known:
            items.open_items(case, live, one.token, one.element)


def _set_timers(case: RunningCase, live: Live, position: Position) -> None:
    wanted: dict[tuple[UUID | None, str], Armed] = {}
    if not live.ended:
        wanted = {(one.token, one.name): one for one in position.timers}
    stale: list[int] = []
    for timer in list(case.timers.values()):
        if timer.instance_id != live.id or timer.kind != "bpmn":
            continue
        armed = wanted.get((timer.token, timer.name))
        if armed is None:
            stale.append(timer.id)
            case.note("timer_cleared", name=timer.name)
        elif armed.due_at == timer.due_at:
            del wanted[timer.token, timer.name]
        else:
            stale.append(timer.id)
    timers.drop(case, stale)
    for armed in wanted.values():
        timers.add(
            case,
            instance_id=live.id,
            token=armed.token,
            element=armed.element,
            kind="bpmn",
            name=armed.name,
            due_at=armed.due_at,
        )
        case.note("timer_set", name=armed.name, due=armed.due_at.isoformat())


def deliver(case: RunningCase, message: str, origin: int | None) -> bool:
    """Give a message to the first who takes it; say whether anybody did.

    Those who wait for it, else a running procedure by its door, else a new one by its door.
    """
    waiting = [one for one in case.instances.values() if message in _waits(one) and not one.ended]
    taken = [live for live in waiting if _give(case, live, message, door=False)]
    if taken:
        return True
    for live in list(case.instances.values()):
        if not live.ended and live.procedure.model.door(message) and _give(case, live, message, door=True):
            return True
    for key, procedure in case.release.procedures.items():
        door = procedure.model.door(message)
        if door is not None and not door.joins:
            start(case, case.release, key, door=message, unit_id=case.by.unit_id)
            return True
    return False


def announce(case: RunningCase, message: str) -> None:
    """Tell every running procedure that waits for a message or has a door for it; else deliver it as any other.

    A birthday is news to all of them, not to the first.
    """
    taken = False
    for live in list(case.instances.values()):
        waits = message in _waits(live)
        if not live.ended and (waits or live.procedure.model.door(message)):
            taken |= _give(case, live, message, door=not waits)
    if not taken:
        deliver(case, message, None)


def _waits(live: Live) -> frozenset[str]:
    return frozenset(live.position.waits) if live.position else live.waits


def _give(case: RunningCase, live: Live, message: str, *, door: bool) -> bool:
    position = live.procedure.deliver(live.state, message, case.around(live.release), door=door)
    if position is None:
        return False
    case.note("message_delivered", message=message, instance=live.id)
    apply(case, live, position)
    return True


def keep_awaiting(case: RunningCase, message: str, origin: int | None) -> None:
    """Keep a message that no published procedure answers yet."""
    rows.add(
        case.unit.connection,
        tables.awaiting,
        case_id=case.id,
        message=message,
        from_instance_id=origin,
        at=case.now,
    )
    case.note("message_awaiting", message=message)


def fire(case: RunningCase) -> None:
    """Do everything that is due in this case by now."""
    for timer in timers.due(case):
        if timer.id not in case.timers:
            continue
        live = case.instances.get(timer.instance_id) if timer.instance_id else None
        if timer.kind == BIRTHDAY:
            timers.drop(case, [timer.id])
            case.note("timer_fired", name=timer.name)
            registering.reconsider(case)
            announce(case, timer.name)
        elif live is None or live.ended:
            timers.drop(case, [timer.id])
        elif timer.kind == "bpmn":
            _fire_drawn(case, live, timer)
        else:
            timers.drop(case, [timer.id])
            _fire_for_item(case, timer)


def _fire_drawn(case: RunningCase, live: Live, timer: Timer) -> None:
    case.note("timer_fired", name=timer.name)
    apply(case, live, live.procedure.fire(live.state, case.around(live.release)))
    if timer.id in case.timers:
        timers.drop(case, [timer.id])
        sentence = f"时限“{timer.name}”已到，但程序没有继续，请管理员检查"
        open_incident(case, live, "timer", sentence)


def _fire_for_item(case: RunningCase, timer: Timer) -> None:
    item = case.items.get(timer.work_item_id) if timer.work_item_id else None
    if item is None:
        return
    if timer.kind == "watch":
        tell_of_watch(case, item, timer.name)
        return
    if item.due_at is None:
        return
    item.stage = timer.stage
    case.unit.pending.change(tables.work_item, item.id, stage=item.stage)
    tell_of_rung(case, item, timer.stage, item.due_at)
    if timer.stage == PASSED:
        tell_of_overdue(case, item, item.due_at)
    duetimes.climb(case, item)


def settle(case: RunningCase) -> None:
    """Deliver what was thrown, until nothing is left to deliver, and write everything back.

    Raises:
        MessageLoop: the procedures answer one another without end.
    """
    while case.messages:
        case.told += 1
        if case.told > MOST_MESSAGES:
            raise MessageLoop
        message, origin = case.messages.popleft()
        if not deliver(case, message, origin):
            keep_awaiting(case, message, origin)
    duetimes.relimit(case)
    for instance_id in sorted(case.stepped):
        save_instance(case, case.instances[instance_id])
    timers.save(case)
    _save_case(case)


def _save_case(case: RunningCase) -> None:
    running = [live for live in case.instances.values() if not live.ended]
    changes: dict[str, Any] = {"version": case.row.version + 1}
    if case.changed:
        changes["facts"] = json.dumps(values.to_json(case.facts), ensure_ascii=False)
    if not running and case.row.state == "open" and not case.merged and not case.is_of_area:
        changes |= {"state": "closed", "closed_at": case.now}
        case.note("case_closed")
    case.unit.pending.change(tables.case, case.id, **changes)

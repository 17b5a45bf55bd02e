"""Join a case to the one that the child already has: nothing reported is lost, nothing runs twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.model import TaskModel
from engine.core.errors import Invalid
from engine.service import items, stepping, timers
from engine.service.directory import Directories
from engine.service.releases import Releases
from engine.service.running import RunningCase, load
from engine.service.terms import Terms
from engine.store import casework as rows
from engine.store import tables


def target_of(case: RunningCase, task: TaskModel, terms: Terms, cleaned: Mapping[str, Any]) -> int | None:
    """Return the case that this one joins, or None where the task does not say so.

    Raises:
        Invalid: there is no such open case, or the unit may not see it: the two look the same.
    """
    if task.merges is None or not terms.holds(task.merges.feel):
        return None
    key = task.merges.name
    number = str(cleaned.get(key) or "").strip()
    if not number:
        # The report was attached to the child's open case when it came in.
        return None
    row = rows.case_by_number(case.unit.connection, number)
    if (
        row is None
        or row.state != "open"
        or row.jurisdiction != case.row.jurisdiction
        or case.by.unit_id not in rows.readers_of_case(case.unit.connection, row.id)
    ):
        raise Invalid({key: f"没有在办的个案“{number}”，请核对个案号"})
    return None if row.id == case.id else int(row.id)


def settle(case: RunningCase, target_id: int | None, releases: Releases, directories: Directories) -> None:
    """Settle a case after a task was done, and the one that it joins by it, if any."""
    if target_id is not None:
        stepping.settle(join(case, target_id, releases, directories))
    stepping.settle(case)


def join(case: RunningCase, target_id: int, releases: Releases, directories: Directories) -> RunningCase:
    """End what runs here, and let the messages that started it enter the other case.

    Returns the other case, locked, with those messages queued; the caller settles it.
    """
    target = load(case.unit, target_id, releases, directories, case.by)
    if target is None:
        raise Invalid({"": "要并入的个案已不可用，请刷新后再试"})
    target.learn({key: value for key, value in case.facts.items() if value is not None})
    for live in list(case.instances.values()):
        if live.ended:
            continue
        door = next((one for one in live.procedure.model.doors if one.message and not one.joins), None)
        if door is not None and door.message is not None:
            target.send(door.message, None)
        for item in [one for one in case.items.values() if one.instance_id == live.id]:
            items.cancel(case, item)
        live.ended = True
        case.stepped.add(live.id)
        case.note("instance_ended", instance=live.id, procedure=live.key, end="并入另一个案")
    target.messages.extend(case.messages)
    case.messages.clear()
    timers.drop(case, list(case.timers))
    case.unit.flush()
    target.let_read(rows.readers_of_case(case.unit.connection, case.id), "merged")
    case.unit.pending.change(tables.case, case.id, state="merged", merged_into=target_id)
    if case.row.child_id != target.row.child_id:
        case.unit.pending.change(tables.child, case.row.child_id, merged_into=target.row.child_id)
    case.note("case_merged", into=target.row.number)
    target.note("case_merged", other=case.row.number)
    case.merged = True
    return target

"""The state of an instance as bytes: versioned, compact, ours.

A byte that names the version, then JSON: the data, and for each level its tasks in the order
of their making, each with the index of its parent, so that parents always come first. Values
that JSON lacks are tagged, and so are lists and contexts, so that nothing a person typed can
be mistaken for a tag. The specs are not in it: they belong to the release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.findings import UnknownState
from engine.bpmn.instance import Instance, Level, SubLevel
from engine.bpmn.memory import Memory, Surroundings
from engine.bpmn.nodes import Catch, Work
from engine.core.civil import DaysDuration, MonthsDuration

if TYPE_CHECKING:
    from engine.bpmn.wiring import Wiring

VERSION = 1


def dump(instance: Instance) -> bytes:
    """Return the state of an instance that has come to rest."""
    levels = [[None, _rows(instance)]]
    levels += [[host.hex, _rows(level)] for host, level in instance.subprocesses.items()]
    state = [int(instance.completed), encode(instance.data)[1], levels]
    return bytes([VERSION]) + orjson.dumps(state)


def load(state: bytes, wiring: Wiring, around: Surroundings) -> Instance:
    """Return the instance of a state, ready for a step.

    Raises:
        UnknownState: another program, or a later one, wrote it.
    """
    if not state or state[0] != VERSION:
        raise UnknownState(state[0] if state else None)
    completed, data, levels = orjson.loads(state[1:])
    values = {name: decode(value) for name, value in data.items()}
    memory = Memory(values, around, wiring.model.tasks)
    instance = Instance(wiring, memory, deserializing=True)
    instance.completed = bool(completed)
    for host, rows in levels:
        if host is None:
            _restore(instance, rows, instance)
            continue
        token = UUID(hex=host)
        name = instance.get_task_from_id(token).task_spec.spec
        level = SubLevel(wiring.levels[name], token, instance, deserializing=True)
        instance.subprocesses[token] = level
        _restore(level, rows, instance)
    return instance


def _rows(level: Level) -> list[list[Any]]:
    index = {token: number for number, token in enumerate(level.tasks)}
    return [
        [
            token.hex,
            index.get(task._parent, -1),
            task.task_spec.name,
            task._state,
            task.internal_data or 0,
        ]
        for token, task in level.tasks.items()
    ]


def _restore(level: Any, rows: list[list[Any]], instance: Instance) -> None:
    specs = level.spec.task_specs
    made: list[Task] = []
    for token, parent, name, state, internal in rows:
        above = made[parent] if parent >= 0 else None
        task = Task(level, specs[name], above, state=state, id=UUID(hex=token))
        task.internal_data = internal or {}
        made.append(task)
        if state == TaskState.WAITING and isinstance(task.task_spec, Catch):
            instance.event_manager.add_task(task)
        elif state == TaskState.READY and isinstance(task.task_spec, Work):
            instance.memory.open[name] += 1
    level.task_tree = made[0]


def encode(value: Any) -> Any:
    """Return a value as JSON; what JSON cannot tell apart is a list that begins with its tag."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Mapping):
        return ["m", {name: encode(inner) for name, inner in value.items()}]
    if isinstance(value, (list, tuple)):
        return ["l", *(encode(inner) for inner in value)]
    if isinstance(value, DaysDuration):
        return ["D", value.days, str(value.seconds)]
    if isinstance(value, MonthsDuration):
        return ["M", value.months]
    if isinstance(value, float):
        return ["n", str(value)]
    for tag, (kind, _) in _TEXTS.items():
        if isinstance(value, kind):
            return [tag, str(value) if kind is Decimal else value.isoformat()]
    raise TypeError(f"Expected a FEEL value, but it is a {type(value).__name__}")


def decode(value: Any) -> Any:
    """Return the value that was encoded."""
    if not isinstance(value, list):
        return value
    tag, *rest = value
    if tag == "m":
        return {name: decode(inner) for name, inner in rest[0].items()}
    if tag == "l":
        return [decode(inner) for inner in rest]
    if tag == "D":
        return DaysDuration(rest[0], Decimal(rest[1]))
    if tag == "M":
        return MonthsDuration(rest[0])
    return _TEXTS[tag][1](rest[0])


_TEXTS: dict[str, tuple[type, Callable[[str], Any]]] = {
    "n": (Decimal, Decimal),
    "i": (datetime, datetime.fromisoformat),
    "d": (date, date.fromisoformat),
    "t": (time, time.fromisoformat),
}

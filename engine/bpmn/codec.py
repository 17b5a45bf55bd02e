"""The state of an instance as bytes: versioned, compact, ours.

A byte that names the version, then JSON: the data, and for each level its tasks in the order
of their making, each with the index of its parent, so that parents always come first. Values
that JSON lacks are tagged, and so are lists and contexts, so that nothing a person typed can
be mistaken for a tag. The specs are not in it: they belong to the release.
"""

# The library has no public way to make, move or read a task.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import orjson
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.findings import CannotGoOn, UnknownState
from engine.bpmn.instance import Instance, Level, SubLevel
from engine.bpmn.memory import Memory, Surroundings
from engine.bpmn.nodes import Work
from engine.bpmn.waits import Catch
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
        CannotGoOn: it stands at a node that this diagram does not have.
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
        if name not in specs:
            raise CannotGoOn(instance.wiring.model.key, name, "程序图里没有这个环节")
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
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int) and abs(value) < _LARGEST_PLAIN:
        return value
    for tag, kinds, write, _ in _TAGGED:
        if isinstance(value, kinds):
            return [tag, *write(value)]
    raise TypeError(f"Expected a FEEL value, but it is a {type(value).__name__}")


def decode(value: Any) -> Any:
    """Return the value that was encoded."""
    if not isinstance(value, list):
        return value
    return _READERS[value[0]](value[1:])


_LARGEST_PLAIN = 2**63
_Kinds: TypeAlias = type | tuple[type, ...]
#: Tag, kinds, what is written after the tag, and how that is read. The first that fits is used.
_TAGGED: tuple[tuple[str, _Kinds, Callable[[Any], list[Any]], Callable[[list[Any]], Any]], ...] = (
    (
        "m",
        Mapping,
        lambda v: [{name: encode(inner) for name, inner in v.items()}],
        lambda w: {name: decode(inner) for name, inner in w[0].items()},
    ),
    ("l", (list, tuple), lambda v: [encode(inner) for inner in v], lambda w: [decode(inner) for inner in w]),
    ("D", DaysDuration, lambda v: [v.days, str(v.seconds)], lambda w: DaysDuration(w[0], Decimal(w[1]))),
    ("M", MonthsDuration, lambda v: [v.months], lambda w: MonthsDuration(w[0])),
    ("i", datetime, lambda v: [v.isoformat()], lambda w: datetime.fromisoformat(w[0])),
    ("d", date, lambda v: [v.isoformat()], lambda w: date.fromisoformat(w[0])),
    ("t", time, lambda v: [v.isoformat()], lambda w: time.fromisoformat(w[0])),
    ("n", (Decimal, float, int), lambda v: [str(v)], lambda w: Decimal(w[0])),
)
_READERS = {tag: read for tag, _, _, read in _TAGGED}

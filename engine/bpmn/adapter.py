"""Runs procedures: each verb takes the bytes of an instance and returns where it stands after.

Nothing is kept between steps. An error means that the step did not happen.
"""

# The library has no public way to make, move or read a task.
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.bpmn import codec
from engine.bpmn.catalog import ProcedureModel, TimerModel, read_procedure
from engine.bpmn.decisions import Decision, Taken
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.instance import Instance, Thrown
from engine.bpmn.memory import OURS, ItemLimit, Memory, Surroundings
from engine.bpmn.nodes import Work
from engine.bpmn.properties import ISO_DURATION
from engine.bpmn.timers import Cycle, Timer
from engine.bpmn.waits import Boundary, Catch
from engine.bpmn.wiring import Wiring, wire
from engine.core.errors import NotFound

__all__ = [
    "Armed",
    "Item",
    "ItemLimit",
    "Position",
    "Procedure",
    "Surroundings",
    "Taken",
    "Thrown",
    "compile_model",
    "compile_procedure",
]

#: More firings than this at one instant are timers that arm each other.
MOST_FIRINGS = 1_000
#: Missed turns of repeating timers that one step makes up for; the rest stays due.
MOST_TURNS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A user task that is open."""

    token: UUID
    element: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Armed:
    """A timer event that waits, and its instant (UTC)."""

    token: UUID
    element: str
    name: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Where an instance stands after a step, and what happened in it.

    ``items``, ``timers`` and ``waits`` are all that is open; ``thrown``, ``ends``, ``passed``
    and ``decisions`` are of this step, in order. ``stuck``: it has not ended, yet nobody and
    nothing can move it.
    """

    state: bytes
    items: tuple[Item, ...]
    timers: tuple[Armed, ...]
    waits: tuple[str, ...]
    thrown: tuple[Thrown, ...]
    ends: tuple[str, ...]
    ended: bool
    passed: tuple[str, ...]
    decisions: tuple[Taken, ...]
    stuck: bool
    context: Mapping[str, Any]
    trail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A compiled procedure; immutable, so one serves all threads."""

    model: ProcedureModel
    wiring: Wiring

    def start(
        self,
        door: str | None,
        around: Surroundings,
        *,
        started_by: str | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> Position:
        """Make an instance and let a token enter by the door of a message (None: by hand).

        Raises:
            NotFound: there is no such door.
        """
        memory = Memory({}, around, self.model.tasks)
        memory.begin(started_by)
        memory.keep(fields or {})
        instance = Instance(self.wiring, memory)
        if not self._enter(instance, door):
            raise NotFound(f"{self.model.name}不能由此开始：{door or '手工'}")
        return _settle(instance)

    def complete(self, state: bytes, token: UUID, fields: Mapping[str, Any], around: Surroundings) -> Position:
        """Complete an open user task with the values of its deciding fields.

        Raises:
            NotFound: it is not open, or never was.
        """
        instance = codec.load(state, self.wiring, around)
        for level in instance.levels():
            task = level.tasks.get(token)
            if task is not None and _is_item(task):
                instance.memory.keep(fields)
                instance.memory.done(task.task_spec.name)
                task.run()
                return _settle(instance)
        raise NotFound("没有这项待办，或已经办结")

    def deliver(self, state: bytes, message: str, around: Surroundings, *, door: bool) -> Position | None:
        """Give a message to all who wait for it, or let it enter by its door; None: nobody."""
        instance = codec.load(state, self.wiring, around)
        if instance.completed:
            return None
        taken = self._enter(instance, message) if door else instance.deliver(message)
        return _settle(instance) if taken else None

    def enter(self, state: bytes, around: Surroundings, *, started_by: str) -> Position | None:
        """Let a token enter by the hand of somebody who starts what runs already; None: no such door."""
        instance = codec.load(state, self.wiring, around)
        instance.memory.entered_by(started_by)
        return _settle(instance) if self._enter(instance, None) else None

    def fire(self, state: bytes, around: Surroundings) -> Position:
        """Fire what is due at ``around.now``, the earliest first, until nothing is due.

        After ``MOST_TURNS`` missed turns of repeating timers the rest stays due, for the next step.
        """
        instance = codec.load(state, self.wiring, around)
        instance.refresh_timers()
        fired = turns = 0
        while turns < MOST_TURNS and (task := instance.fire_one()) is not None:
            fired += 1
            turns += isinstance(task.task_spec.event_definition, Cycle)
            if fired > MOST_FIRINGS:
                instance.fail(instance.step.passed[-1], "定时事件不停地相互触发")
            instance.advance()
            instance.refresh_timers()
        return _settle(instance)

    def look(self, state: bytes, around: Surroundings) -> Position:
        """Return where it stands; timers follow the data, but none fires."""
        return _settle(codec.load(state, self.wiring, around))

    def _enter(self, instance: Instance, message: str | None) -> bool:
        door = self.model.door(message)
        if door is not None:
            instance.enter(door.element)
        return door is not None


def compile_procedure(
    xml: bytes,
    *,
    file: str,
    names: Collection[str],
    decisions: Mapping[str, Decision] | None = None,
) -> Procedure:
    """Read a diagram and compile all that it says.

    ``names`` are the parameters of the jurisdiction and the deciding fields of the forms.

    Raises:
        ModelError: with every finding, expressions included.
    """
    return compile_model(read_procedure(xml, file=file), names=names, decisions=decisions)


def compile_model(
    model: ProcedureModel, *, names: Collection[str], decisions: Mapping[str, Decision] | None = None
) -> Procedure:
    """Compile all that a diagram says, as ``compile_procedure`` does; whether it should run is not asked here."""
    known = frozenset(names) | OURS | {one.name for task in model.tasks.values() for one in task.sets}
    findings: list[Finding] = []
    compiled: dict[tuple[str, str, str], Any] = {}
    for at in model.expressions:
        if at.element in model.tasks:
            continue  # the service evaluates those, with what it knows besides
        try:
            compiled[at.element, at.place, at.text] = _compile(at.place, at.text, known)
        except feel.FeelError as error:
            message = f"{at.place} 的表达式 {at.text!r} 无法使用：{error}"
            findings.append(Finding(rule="feel", message=message, file=model.file, element=at.element, line=at.line))
    for node in model.nodes.values():
        if node.decision and node.decision not in (decisions or {}):
            said = f"没有决策表：{node.decision}"
            findings.append(
                Finding(rule="missing-decision", message=said, file=model.file, element=node.element, line=node.line)
            )
    if findings:
        raise ModelError(findings)
    conditions = {text: made for (_, place, text), made in compiled.items() if place == "condition"}
    timers = {timer.element: _timer(timer, compiled, model) for timer in model.timers.values()}
    wiring = wire(model, conditions=conditions, timers=timers, decisions=decisions or {})
    return Procedure(model, wiring)


def _timer(timer: TimerModel, compiled: Mapping[tuple[str, str, str], Any], model: ProcedureModel) -> Timer:
    terms: dict[str, Any] = {
        "text": timer.text,
        "value": compiled[timer.element, "timer", timer.text],
        "start": compiled[timer.element, "from", timer.start] if timer.start else None,
        "around_the_clock": model.around_the_clock,
    }
    return Cycle(timer.name, times=timer.times, **terms) if timer.cycle else Timer(timer.name, **terms)


def _compile(place: str, text: str, names: frozenset[str]) -> Any:
    if place == "timer" and ISO_DURATION.match(text):
        return feel.parse_duration(text)
    return feel.compile(text, names)


def _is_item(task: Any) -> bool:
    return task._state == TaskState.READY and isinstance(task.task_spec, Work)


def _settle(instance: Instance) -> Position:
    """Move on until everything waits, and say where that is."""
    instance.advance()
    instance.refresh_timers()
    for level in instance.levels():
        level.prune()
    return _position(instance)


def _position(instance: Instance) -> Position:
    living = [task for level in instance.levels() for task in level.living()]
    items = tuple(Item(token=task.id, element=task.task_spec.name) for task in living if _is_item(task))
    catching = [task for task in living if isinstance(task.task_spec, Catch)]
    timers, waits = _waiting(catching)
    step = instance.step
    shown = (task.task_spec.name for task in living if not isinstance(task.task_spec, Boundary))
    return Position(
        state=codec.dump(instance),
        items=items,
        timers=timers,
        waits=waits,
        thrown=tuple(step.thrown),
        ends=tuple(step.ends),
        ended=instance.completed,
        passed=tuple(step.passed),
        decisions=tuple(step.decisions),
        stuck=not (instance.completed or items or catching),
        context=instance.memory.context(),
        trail=instance.memory.trail(shown),
    )


def _waiting(catching: list[Any]) -> tuple[tuple[Armed, ...], tuple[str, ...]]:
    timers, waits = [], set()
    for task in catching:
        definition = task.task_spec.event_definition
        if not isinstance(definition, Timer):
            waits.add(definition.name)
        elif (due := definition.due(task)) is not None:
            element = task.task_spec.name
            timers.append(Armed(token=task.id, element=element, name=definition.name, due_at=due))
    return tuple(timers), tuple(sorted(waits))

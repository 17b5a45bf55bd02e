"""A running instance: moves tokens until it waits, and notes what happened in the step."""

# The library has no public way to make, move or read a task.
# ruff: noqa: SLF001

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.findings import CannotGoOn
from engine.bpmn.joins import Inclusive
from engine.bpmn.memory import Memory
from engine.bpmn.nodes import LIVE, Work
from engine.bpmn.timers import Timer
from engine.bpmn.waits import Boundary, Group

if TYPE_CHECKING:
    from datetime import datetime

    from SpiffWorkflow.task import Task

    from engine.bpmn.wiring import Wiring

# The library copies all task data into log records unless these two are at WARNING.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)

#: More moves than this in one step are a loop without a task.
MOST_MOVES = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Thrown:
    """A message for the world, and the event that threw it."""

    message: str
    element: str


@dataclass(slots=True)
class Step:
    """What happened in one step, in order."""

    thrown: list[Thrown] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    decisions: list[Any] = field(default_factory=list)


class Level:
    """What the instance and its embedded subprocesses have in common."""

    tasks: dict[UUID, Task]
    task_tree: Task
    completed: bool

    def _task_completed_notify(self, task: Task) -> None:
        """Look for nothing: the agenda knows what is next."""

    def living(self) -> Iterator[Task]:
        """Yield the tokens of this level, oldest first."""
        return (task for task in self.tasks.values() if task._state & LIVE)

    def is_held(self) -> bool:
        """Whether a token keeps this level from ending."""
        return any(_holds(task) for task in self.living())

    def enter(self, start: str) -> None:
        """Put a token at a start event, beside those under way."""
        spec = self.task_tree.workflow.spec.task_specs[start]
        token = self.task_tree._add_child(spec, TaskState.FUTURE)
        spec._update(token)

    def cancel_tokens(self) -> None:
        """Cancel every token of this level and of the levels below it."""
        for task in list(self.living()):
            task.cancel()

    def prune(self) -> None:
        """Forget what is finished, so that a loop costs the same in every round."""
        root = self.task_tree
        kept = {root.id: root}
        root._children = []
        for task in list(self.living()):
            group = self.tasks.get(task._parent)
            above = root
            if group is not None and isinstance(group.task_spec, Group):
                above = group
                if group.id not in kept:
                    kept[group.id] = group
                    group._parent, group._children = root.id, []
                    root._children.append(group.id)
            task._parent, task._children = above.id, []
            above._children.append(task.id)
            kept[task.id] = task
        self.tasks = kept


class SubLevel(Level, BpmnSubWorkflow):
    """One run through an embedded subprocess."""


class Instance(Level, BpmnWorkflow):
    """One instance; ``wiring`` is shared and never changes, all else is its own."""

    def __init__(self, wiring: Wiring, memory: Memory, *, deserializing: bool = False) -> None:
        self.wiring = wiring
        self.memory = memory
        self.agenda: deque[Task] = deque()
        self.step = Step()
        super().__init__(
            wiring.top,
            wiring.levels,
            script_engine=wiring.script_engine,
            deserializing=deserializing,
        )
        self.data = memory.data

    @property
    def now(self) -> datetime:
        """The instant of the step."""
        return self.memory.now

    def levels(self) -> list[Level]:
        """Return the top level and the subprocesses that run, outer before inner."""
        return [self, *self.subprocesses.values()]

    # -- moving -----------------------------------------------------------------------------

    def advance(self) -> None:
        """Move tokens until all of them wait for somebody, a message, or an instant.

        Raises:
            CannotGoOn: a condition fits no flow, or the tokens never come to rest.
        """
        moves = 0
        while True:
            while self.agenda:
                task = self.agenda.popleft()
                if task._state == TaskState.READY:
                    moves += 1
                    if moves > MOST_MOVES:
                        self.fail(task.task_spec.name, "流程在没有任务的回路中不停地转")
                    self._run(task)
            if not self._finish_level() and not self._release_join():
                break
        if not self.completed and not self.is_held():
            self.cancel_tokens()
            self.completed = True

    def _run(self, task: Task) -> None:
        if task.task_spec.manual:
            return
        task.run()

    def _finish_level(self) -> bool:
        for token, level in reversed(list(self.subprocesses.items())):
            if not level.is_held():
                level.cancel_tokens()
                host = self.get_task_from_id(token)
                del self.subprocesses[token]
                host._ready()
                return True
        return False

    def _release_join(self) -> bool:
        for level in self.levels():
            for task in level.living():
                if task._state != TaskState.WAITING or not isinstance(task.task_spec, Inclusive):
                    continue
                if task.task_spec.may_go_on(task):
                    task._ready()
                    return True
        return False

    # -- levels -----------------------------------------------------------------------------

    def open_level(self, host: Task, name: str) -> None:
        """Start an embedded subprocess for the token at its node."""
        level = SubLevel(self.subprocess_specs[name], host.id, self)
        self.subprocesses[host.id] = level
        level.enter(self.wiring.start_of(name))

    def close_level(self, host: Task) -> None:
        """Cancel the run of an embedded subprocess and those inside it."""
        level = self.subprocesses.pop(host.id, None)
        if level is not None:
            level.cancel_tokens()

    # -- messages and timers ----------------------------------------------------------------

    def throw(self, message: str, element: str) -> None:
        """Give a message to whoever waits for it here, else to the world."""
        if not self.deliver(message):
            self.step.thrown.append(Thrown(message=message, element=element))

    def deliver(self, message: str) -> bool:
        """Give a message to every event that waits for it; return whether one did."""
        waiting = [task for task in self.waiting() if _message(task) == message]
        for task in waiting:
            # An earlier one may have interrupted the activity this one belongs to.
            if task._state == TaskState.WAITING:
                task.task_spec.happen(task)
        return bool(waiting)

    def waiting(self) -> list[Task]:
        """Return the events that wait for a message or an instant."""
        return list(self.event_manager.tasks.values())

    def refresh_timers(self) -> None:
        """Compute anew when each waiting timer is due: its expression follows the data."""
        for task in self.waiting():
            definition = task.task_spec.event_definition
            if isinstance(definition, Timer):
                definition.refresh(task, self)

    def fire_one(self) -> Task | None:
        """Let the earliest timer that is due happen; return it, or None where none is due."""
        due = [
            (at, task.task_spec.name, index, task)
            for index, task in enumerate(self.waiting())
            if isinstance(definition := task.task_spec.event_definition, Timer)
            and (at := definition.due(task)) is not None
            and at <= self.now
        ]
        if not due:
            return None
        task = min(due)[3]
        task.task_spec.happen(task)
        return task

    # -- notes ------------------------------------------------------------------------------

    def note_passed(self, task: Task) -> None:
        """Remember that a token passed a node."""
        self.step.passed.append(task.task_spec.name)
        self.memory.passed(task.task_spec.name)

    def note_cancelled(self, task: Task) -> None:
        """Remember that a token was taken away."""
        if not isinstance(task.parent.task_spec, Group) or not _is_event(task):
            self.memory.cancelled(task.task_spec.name)

    def note_end(self, task: Task) -> None:
        """Remember an end event of the procedure itself."""
        if task.workflow is self:
            self.step.ends.append(self.wiring.model.nodes[task.task_spec.name].name)

    def decide(self, decision: str, element: str) -> None:
        """Take a decision and keep what it gives."""
        taken = self.wiring.decide(decision, element, self.memory.context())
        self.memory.keep(taken.outputs)
        self.step.decisions.append(taken)

    def fail(self, element: str, reason: str) -> NoReturn:
        """Say that the model cannot go on from here."""
        raise CannotGoOn(self.wiring.model.key, element, reason)


def _holds(task: Task) -> bool:
    """Whether a token keeps its level from ending."""
    spec = task.task_spec
    if isinstance(spec, Boundary) and task._state == TaskState.WAITING:
        return False
    return not (isinstance(spec, Work) and not spec.holds)


def _message(task: Task) -> str | None:
    definition = task.task_spec.event_definition
    return None if isinstance(definition, Timer) else definition.name


def _is_event(task: Task) -> bool:
    return hasattr(task.task_spec, "event_definition")

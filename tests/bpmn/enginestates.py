"""Walks through the states that the real engine can come to, and follows counter-examples in it.

Conditions and timers of the diagrams read variables, which are given anew in every step: so everything is free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import codec
from engine.bpmn.adapter import Position, Procedure, Surroundings, compile_procedure
from engine.bpmn.findings import Move
from engine.bpmn.nodes import LIVE
from engine.bpmn.waits import Boundary
from engine.core.civil import DaysDuration
from tests.bpmn.builder import NOON

Key = tuple[Any, ...]


@dataclass
class Engine:
    """A procedure whose choices are all open; ``choices`` are the values that each variable can have."""

    procedure: Procedure
    choices: Mapping[str, tuple[Any, ...]]
    timers: tuple[str, ...] = ()
    #: The messages that somebody sends; None: all.
    heard: frozenset[str] | None = None
    cases: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        values = product(*self.choices.values())
        self.cases = [dict(zip(self.choices, row, strict=True)) for row in values]

    def around(self, case: Mapping[str, Any], *, due: str = "") -> Surroundings:
        """Return surroundings in which one timer is due and the others are not known."""
        timers = {f"t_{name}": DaysDuration() if name == due else None for name in self.timers}
        return Surroundings(parameters={**case, **timers}, case={}, now=NOON)

    def entries(self, at: Position, doors: frozenset[str | None]) -> Iterator[tuple[frozenset[str | None], Position]]:
        """Yield where it can stand after somebody enters by a door not used yet."""
        for case in self.cases:
            for door in doors:
                if door is None:
                    after = self.procedure.enter(at.state, self.around(case), started_by="police")
                else:
                    after = self.procedure.deliver(at.state, door, self.around(case), door=True)
                if after is not None:
                    yield doors - {door}, after

    def starts(self) -> Iterator[Position]:
        """Yield where an instance can stand after its start."""
        for case in self.cases:
            for door in self.procedure.model.doors:
                yield self.procedure.start(door.message, self.around(case), started_by="police")

    def steps(self, at: Position) -> Iterator[Position]:
        """Yield where the instance can stand after the next step, entries by doors left out."""
        for case in self.cases:
            around = self.around(case)
            for item in at.items:
                yield self.procedure.complete(at.state, item.token, {}, around)
            for name in at.waits:
                if self.heard is not None and name not in self.heard:
                    continue
                after = self.procedure.deliver(at.state, name, around, door=False)
                if after is not None:
                    yield after
            for name in self.timers:
                after = self.procedure.fire(at.state, self.around(case, due=name))
                if after.state != at.state:
                    yield after

    def tokens(self, at: Position) -> list[tuple[str, Key]]:
        """Return where tokens stand, and what joins have got."""
        instance = codec.load(at.state, self.procedure.wiring, self.around(self.cases[0]))
        return sorted(
            (task.task_spec.name, (*sorted(task.internal_data.get("came", ())), *self._watched(task)))
            for level in instance.levels()
            for task in level.tasks.values()
            if task._state & LIVE and not _only_watches(task)
        )

    @staticmethod
    def _watched(task: Any) -> Iterator[str]:
        for other in task.parent.children if task.parent is not None else ():
            if _only_watches(other):
                yield other.task_spec.name

    def can_get_stuck(self, limit: int) -> bool | None:
        """Whether some run gets stuck, with every further door entered once at most; None: not all was looked at."""
        known = {door.message for door in self.procedure.model.doors}
        every = frozenset(door for door in known if door is None or self.heard is None or door in self.heard)
        seen: set[str] = set()
        agenda: list[tuple[frozenset[str | None], Position]] = []
        for case in self.cases:
            for door in every:
                after = self.procedure.start(door, self.around(case), started_by="police")
                self._note((every - {door}, after), seen, agenda)
        count = 0
        for doors, at in agenda:
            afters = list(self.steps(at))
            if not afters:
                return True
            for further in [*((doors, after) for after in afters), *self.entries(at, doors)]:
                self._note(further, seen, agenda)
                count += 1
            if count > limit:
                return None
        return False

    def _note(
        self,
        found: tuple[frozenset[str | None], Position],
        seen: set[str],
        agenda: list[tuple[frozenset[str | None], Position]],
    ) -> None:
        doors, at = found
        if at.ended:
            return
        tokens = self.tokens(at)
        crowded = any(count > 3 for count in Counter(name for name, _ in tokens).values())
        key = str((sorted(map(str, doors)), tokens))
        if key not in seen and not crowded:
            seen.add(key)
            agenda.append(found)

    def follow(self, moves: Iterable[Move]) -> list[Position]:
        """Return where the engine can stand after these moves, its tokens where the moves say (of many, two)."""
        moves = list(moves)
        standing = self._matching(self.starts(), moves[0])
        for move in moves[1:]:
            standing = self._matching((after for at in standing for after in self.steps(at)), move)
        return standing

    def _matching(self, positions: Iterable[Position], move: Move) -> list[Position]:
        model = self.procedure.model
        wanted = Counter(
            one
            for element in move.tokens
            for one in (
                [flow.target for flow in model.leaving(element)]
                if model.nodes[element].kind == "eventBasedGateway"
                else [element]
            )
        )
        found: dict[str, Position] = {}
        for at in positions:
            tokens = self.tokens(at) if not at.ended else []
            there = Counter(name for name, _ in tokens)
            if there == wanted or Counter({name: min(count, 2) for name, count in there.items()}) == wanted:
                found.setdefault(str(tokens), at)
        return list(found.values())


def _only_watches(task: Any) -> bool:
    return task._state == TaskState.WAITING and isinstance(task.task_spec, Boundary)


def an_engine(
    xml: bytes,
    choices: Mapping[str, tuple[Any, ...]],
    timers: Iterable[str] = (),
    heard: Iterable[str] | None = None,
) -> Engine:
    """Compile a diagram whose conditions use only these variables."""
    names = {*choices, *(f"t_{name}" for name in timers)}
    procedure = compile_procedure(xml, file="P00.bpmn", names=names)
    return Engine(procedure, choices, tuple(timers), None if heard is None else frozenset(heard))

"""Walks through a procedure by drawn choices: who does what, which message comes, how time passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from engine.bpmn.adapter import Position, Procedure, Surroundings, compile_procedure
from engine.bpmn.catalog import ProcedureModel, read_procedure
from engine.bpmn.decisions import Taken
from engine.bpmn.findings import CannotGoOn
from engine.core.civil import DaysDuration
from tests.bpmn.builder import NOON

PROCESSES = Path(__file__).parents[2] / "processes"
_NAME = re.compile(r"(?<![\w.\"])[A-Za-z_]\w*")
_STRING = re.compile(r'"([^"]*)"')
_STEPS = (timedelta(0), timedelta(hours=1), timedelta(days=3), timedelta(days=200))


def diagrams() -> list[Path]:
    """Every diagram that ships."""
    return sorted(PROCESSES.glob("*/*.bpmn"))


class Undecided:
    """Stands for any decision table: what it would give is drawn like an answer."""

    def evaluate(self, context: Mapping[str, Any]) -> Taken:
        return Taken(decision="", inputs={}, outputs={}, rules=())


@lru_cache(maxsize=64)
def compiled(path: Path) -> tuple[Procedure, frozenset[str]]:
    """A diagram that ships, with every name its expressions use taken as known."""
    xml = path.read_bytes()
    model = read_procedure(xml, file=path.name)
    names = frozenset(name for at in model.expressions for name in _NAME.findall(at.text))
    decisions: Any = {node.decision: Undecided() for node in model.nodes.values() if node.decision}
    return compile_procedure(xml, file=path.name, names=names, decisions=decisions), names


@dataclass
class Walk:
    """One walk; ``at_each`` sees the position and the surroundings after every step."""

    procedure: Procedure
    names: frozenset[str]
    draw: Callable[[st.SearchStrategy[Any]], Any]
    at_each: Callable[[Position, Surroundings], None]
    now: Any = NOON
    fixed: dict[str, Any] = field(default_factory=dict)

    def go(self, steps: int) -> None:
        """Start by a drawn door and take up to so many steps."""
        model = self.procedure.model
        self.fixed = _durations(model)
        at: Position | None = None
        for _ in range(steps):
            try:
                at = self._start() if at is None else self._step(at) or at
            except CannotGoOn:
                continue  # answers no form would let through; the step did not happen
            self.at_each(at, self._around())
            if at.ended:
                return

    def _around(self) -> Surroundings:
        return Surroundings(parameters=self.fixed, case={}, now=self.now)

    def _start(self) -> Position:
        door = self.draw(st.sampled_from(self.procedure.model.doors))
        return self.procedure.start(door.message, self._around(), started_by="police", fields=self._fields())

    def _step(self, at: Position) -> Position | None:
        model = self.procedure.model
        moves: list[tuple[str, Any]] = [("complete", item) for item in at.items]
        moves += [("deliver", message) for message in at.waits]
        moves += [("enter", door.message) for door in model.doors if door.message]
        moves += [("fire", span) for span in _STEPS]
        kind, what = self.draw(st.sampled_from(moves))
        if kind == "complete":
            return self.procedure.complete(at.state, what.token, self._fields(), self._around())
        if kind == "fire":
            self.now += what
            return self.procedure.fire(at.state, self._around())
        return self.procedure.deliver(at.state, what, self._around(), door=kind == "enter")

    def _fields(self) -> dict[str, Any]:
        words = sorted({word for at in self.procedure.model.expressions for word in _STRING.findall(at.text)})
        scalars = st.sampled_from([None, True, False, 1, *words])
        values = st.one_of(scalars, st.lists(st.sampled_from(words or ["S1"]), max_size=3))
        free = sorted(self.names - self.fixed.keys())
        chosen = self.draw(st.lists(st.sampled_from(free), max_size=6, unique=True)) if free else []
        return {name: self.draw(values) for name in chosen}


def _durations(model: ProcedureModel) -> dict[str, Any]:
    """Names that timers use as durations are parameters; those they start from stay unknown."""
    names = {name for timer in model.timers.values() for name in _NAME.findall(timer.text)}
    starts = {name for timer in model.timers.values() for name in _NAME.findall(timer.start or "")}
    return {name: DaysDuration(days=2) for name in names} | dict.fromkeys(starts)

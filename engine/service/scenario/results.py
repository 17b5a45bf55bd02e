"""How a course of a scenario went."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.service.scenario.expect import Shortfall
from engine.service.scenario.reach import Spot


@dataclass(frozen=True, kw_only=True, slots=True)
class StepResult:
    """How one step went; ``shortfalls`` is empty where it held."""

    line: int
    shortfalls: tuple[Shortfall, ...]

    @property
    def ok(self) -> bool:
        return not self.shortfalls


@dataclass(kw_only=True)
class CourseResult:
    """How a course went; ``stopped`` is the line and procedure where it could not go on.

    ``reached`` are the ends, rules and tasks that its cases came to.
    """

    title: str
    steps: list[StepResult] = field(default_factory=list)
    stopped: tuple[int, str] | None = None
    reached: frozenset[Spot] = frozenset()

    @property
    def passed(self) -> bool:
        return self.stopped is None and all(step.ok for step in self.steps)

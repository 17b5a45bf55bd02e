"""What one evaluation carries: scopes, the steps left, and what went wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.feel import limits
from engine.feel.errors import TooMuch

Value = Any
"""A FEEL value: None, bool, Decimal, str, list, dict, date, datetime, time, a duration, Range or Function."""


class Run:
    """The bounds of one evaluation, and the instant at which it happens: no clock is read."""

    __slots__ = ("calls", "notes", "now", "steps")

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now
        self.steps = limits.MAX_STEPS
        self.calls = 0
        self.notes: list[str] = []

    def spend(self, steps: int) -> None:
        """Take steps off the budget.

        Raises:
            TooMuch: none are left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise TooMuch("表达式算得太久，已经停下：请减少循环或列表的长度")

    def text(self, value: str) -> str:
        """Let a text pass that is not too long."""
        if len(value) > limits.MAX_STRING:
            raise TooMuch(f"文字太长：最多 {limits.MAX_STRING} 个字")
        self.spend(len(value) >> 6)
        return value

    def items(self, value: list[Value]) -> list[Value]:
        """Let a list pass that is not too long."""
        if len(value) > limits.MAX_LIST:
            raise TooMuch(f"列表太长：最多 {limits.MAX_LIST} 项")
        self.spend(len(value) >> 2)
        return value

    def note(self, sentence: str) -> None:
        """Remember why a value is null."""
        if len(self.notes) < 20:  # noqa: PLR2004
            self.notes.append(sentence)


class Scope:
    """Names and their values, inside another scope."""

    __slots__ = ("parent", "run", "vars")

    def __init__(self, vars_: Mapping[str, Value], parent: Scope | None, run: Run) -> None:
        self.vars = vars_
        self.parent = parent
        self.run = run


Code = Callable[[Scope], Value]


class Function:
    """A function as a value: from ``function(…)``, a knowledge model or the library."""

    __slots__ = ("body", "name", "parameters", "types")

    def __init__(
        self,
        parameters: tuple[str, ...],
        body: Callable[[Run, list[Value]], Value],
        *,
        name: str = "",
        types: tuple[Any, ...] = (),
    ) -> None:
        self.parameters = parameters
        self.body = body
        self.name = name
        self.types = types

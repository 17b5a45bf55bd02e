"""Work out what a task's texts say about it at one moment: its limit, its units, its papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from engine import feel
from engine.bpmn.model import Named, ProcedureModel, TaskModel
from engine.core.calendars import EMPTY, Calendar
from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import AT_ONCE, Due, Extension, Rule, end_of, is_positive, reckon
from engine.service.limitchanges import LimitChange, extensions, pauses

#: Names that only limits see, beside the context of the instance.
OPENED = "opened"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """Until when something must be done, and from when that was counted (both UTC).

    ``due`` is None while the limit is suspended. ``why`` is how it was reckoned, ``length`` what was:
    both None for what is due at once.
    """

    name: str
    start: datetime
    due: datetime | None
    rule: Rule = field(default_factory=Rule)
    length: Any = None
    why: Due | None = None

    @property
    def provisional(self) -> bool:
        """Whether the due time may move when the plan of a year is published."""
        return self.due is not None and self.why is not None and self.why.provisional


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The texts of one procedure's tasks, read in one context.

    ``context`` is the instance's FEEL context, ``names`` all that an expression of the procedure
    may name, given or not; ``parameters`` are the jurisdiction's by their key as written, since
    task codes are keys too; ``rules`` says under the same keys how days are counted.
    """

    model: ProcedureModel
    parameters: Mapping[str, Any]
    context: Mapping[str, Any]
    names: frozenset[str]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    calendar: Calendar = EMPTY

    def limit(self, task: TaskModel, opened: datetime, changes: Sequence[LimitChange] = ()) -> Limit | None:
        """Return the limit of a task's item, or nothing where no limit is set for it."""
        return self._limit(task.limit or Named(name=task.code), task, opened, changes)

    def watches(self, task: TaskModel, opened: datetime) -> tuple[Limit, ...]:
        """Return the further limits that are watched while the item is open."""
        found = (self._limit(one, task, opened) for one in task.watch)
        return tuple(limit for limit in found if limit is not None)

    def units(self, task: TaskModel) -> tuple[str, ...]:
        """Return the keys of the units that ``each`` gives one item each, without repeats."""
        value = self.value(task.each) if task.each else None
        listed = value if isinstance(value, list) else [value]
        return tuple(dict.fromkeys(key for key in listed if isinstance(key, str) and key))

    def that_hold(self, named: Iterable[Named]) -> tuple[str, ...]:
        """Return the names whose expression is true, or that have none."""
        return tuple(one.name for one in named if self.holds(one.feel))

    def sets(self, task: TaskModel, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that the task sets once it is done with these answers."""
        seen = {**self.context, **answers}
        return {one.name: self._evaluate(one.feel or "null", seen) for one in task.sets}

    def that_hold_of(self, named: Iterable[Named], answers: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names whose expression is true of these answers, or that have none."""
        seen = {**self.context, **answers}
        return tuple(one.name for one in named if one.feel is None or self._evaluate(one.feel, seen) is True)

    def holds(self, expression: str | None) -> bool:
        return expression is None or self.value(expression) is True

    def value(self, expression: str, **more: Any) -> Any:
        return self._evaluate(expression, {**self.context, **more})

    def _evaluate(self, expression: str, seen: Mapping[str, Any]) -> Any:
        names = self.names | seen.keys() | {OPENED}
        return feel.compile(expression, names).evaluate(seen)

    def _limit(
        self, one: Named, task: TaskModel, opened: datetime, changes: Sequence[LimitChange] = ()
    ) -> Limit | None:
        value = self._length(one, opened)
        if value is None:
            return None
        if value == AT_ONCE:
            return Limit(name=one.name, start=opened, due=opened)
        if not isinstance(value, MonthsDuration | DaysDuration | date):
            return None
        start = self.value(task.start, opened=opened) if task.start else None
        if not isinstance(start, date):
            start = opened
        rule = self.rules.get(one.name, Rule())
        due = self._reckon(value, start, rule, changes, since=opened)
        return Limit(name=one.name, start=_instant(start, opened), due=due.at, rule=rule, length=value, why=due)

    def _reckon(self, value: Any, start: date, rule: Rule, changes: Sequence[LimitChange], *, since: datetime) -> Due:
        """Reckon with each extension in turn.

        One until a day is as long as that day asked when it was given: a pause after that moves the day, too.
        """
        counted: list[Extension] = []
        reckoned = partial(
            reckon,
            *(value, start),
            around_the_clock=self.model.around_the_clock,
            rule=rule,
            calendar=self.calendar,
            pauses=list(pauses(changes)),
        )
        due = reckoned()
        for one in extensions(changes, since):
            length, by = one.length, rule
            if one.until is not None:
                earlier = list(pauses(changes[: changes.index(one)]))
                length, by = _up_to(one.until, reckoned(pauses=earlier, extensions=counted)), Rule()
            if length is not None and is_positive(length):
                counted.append(Extension(length=length, rule=by))
                due = reckoned(extensions=counted)
        return due

    def _length(self, one: Named, opened: datetime) -> Any:
        if one.feel is None:
            return self.parameters.get(one.name)
        return self.value(one.feel, opened=opened)


def _instant(start: date, opened: datetime) -> datetime:
    return start if isinstance(start, datetime) else opened


def _up_to(until: date, due: Due) -> DaysDuration | None:
    """Return what is left from a due time to 24:00 of a day."""
    if due.last_day is not None:
        return DaysDuration(days=(until - due.last_day).days)
    return DaysDuration(seconds=Decimal((end_of(until) - due.at).total_seconds())) if due.at else None

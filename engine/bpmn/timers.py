"""What an event waits for: a message by its name, or an instant that follows its expression."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.core.civil import DaysDuration, Length, MonthsDuration
from engine.core.deadlines import AT_ONCE, BadLength, Moment, is_positive, reckon
from engine.feel import TooMuch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from SpiffWorkflow.task import Task

    from engine.bpmn.instance import Instance
    from engine.bpmn.memory import ItemLimit
    from engine.feel import Expression

#: A shorter period is nobody's work, and would fill the unit's list in a day.
LEAST_PERIOD = DaysDuration(0, Decimal(60))
_NEVER = datetime.max.replace(tzinfo=UTC)


class Message(MessageEventDefinition):
    """A message; it carries nothing, and may come again."""

    def arm(self, task: Task, instance: Instance) -> None:
        """Nothing to prepare."""

    def again(self, task: Task) -> dict[str, Any] | None:
        """Return what the event keeps when it waits once more, or None where it does not."""
        return {}


class Timer(TimerEventDefinition):
    """An instant: computed when the event is armed, and again at every step.

    The library reads Python, counts months on the UTC date and lets them overflow, cannot be
    moved, and fires after the instant; none of its arithmetic is used.
    """

    def __init__(
        self,
        name: str,
        *,
        text: str,
        value: Expression | MonthsDuration | DaysDuration,
        start: Expression | None,
        around_the_clock: bool,
    ) -> None:
        super().__init__(name, text)
        self.value = value
        self.start = start
        self.around_the_clock = around_the_clock

    def arm(self, task: Task, instance: Instance) -> None:
        """Start the clock at the instant of the step."""
        task.internal_data.setdefault("armed", instance.now.isoformat())
        self.refresh(task, instance)

    def again(self, task: Task) -> dict[str, Any] | None:
        """Return nothing: the instant comes once."""
        return None

    def refresh(self, task: Task, instance: Instance) -> None:
        """Compute the instant from the data as they are now."""
        due = self._due(task, instance)
        task.internal_data["due"] = None if due is None else due.isoformat()

    def due(self, task: Task) -> datetime | None:
        """Return the instant (UTC), or None while it is not known."""
        text = task.internal_data["due"]
        return None if text is None else datetime.fromisoformat(text)

    def _due(self, task: Task, instance: Instance) -> datetime | None:
        moved = self._limit_of_host(task, instance)
        if moved is not None:
            return moved.due
        try:
            value, start = self._terms(instance.memory.context(), task)
            if value is None or start is None:
                return None
            if not isinstance(start, date):
                instance.fail(task.task_spec.name, "定时的起点不是日期，也不是时间")
            return self._instant(value, start, task, instance)
        except (TooMuch, BadLength) as error:
            instance.fail(task.task_spec.name, str(error))

    def _limit_of_host(self, task: Task, instance: Instance) -> ItemLimit | None:
        """Return the limit of the task it is attached to, where it names that and somebody moved it."""
        limits = instance.memory.around.limits
        if not limits or self.start is not None or not isinstance(task.task_spec, BoundaryEvent):
            return None
        beside = (limits.get(one.id) for one in task.parent.children)
        return next((one for one in beside if one is not None and one.name == self.expression), None)

    def _instant(self, value: Any, start: Moment, task: Task, instance: Instance) -> datetime | None:
        if value == AT_ONCE:
            value = DaysDuration()
        if not isinstance(value, (MonthsDuration, DaysDuration, date)):
            instance.fail(task.task_spec.name, "定时的期限不是时长、日期或时间")
        return self._reckon(value, start, instance)

    def _reckon(self, value: Length | Moment, start: Moment, instance: Instance) -> datetime | None:
        around = instance.memory.around
        rule = around.rules.get(self.expression) or around.rules.get(self.name)
        clock = self.around_the_clock
        return reckon(value, start, around_the_clock=clock, rule=rule, calendar=around.calendar).at

    def _terms(self, context: Mapping[str, Any], task: Task) -> tuple[Any, Any]:
        value: Any = self.value
        if not isinstance(value, (MonthsDuration, DaysDuration)):
            value = value.evaluate(context)
        if self.start is not None:
            return value, self.start.evaluate(context)
        return value, datetime.fromisoformat(task.internal_data["armed"])


class Cycle(Timer):
    """A row of instants, start + n periods by the calendar, each of which comes once.

    The next is the first of the row after the last that came, so one that was missed comes late
    but comes, in order, and a period or start that changes moves only what is still ahead.
    """

    def __init__(self, name: str, *, times: int | None, **terms: Any) -> None:
        super().__init__(name, **terms)
        self.times = times

    def _limit_of_host(self, task: Task, instance: Instance) -> ItemLimit | None:
        """Return nothing: a row of turns is not the limit of its task."""
        return None

    def again(self, task: Task) -> dict[str, Any] | None:
        """Return what the row is counted from, and how far it has come; None at its end."""
        data = task.internal_data
        came = data.get("came", 0) + 1
        if self.times is not None and came >= self.times:
            return None
        return {"armed": data["armed"], "last": data["due"], "came": came}

    def _instant(self, value: Any, start: Moment, task: Task, instance: Instance) -> datetime | None:
        if not isinstance(value, (MonthsDuration, DaysDuration)):
            instance.fail(task.task_spec.name, "重复定时的周期不是时长")
        if not is_positive(value) or (isinstance(value, DaysDuration) and value < LEAST_PERIOD):
            instance.fail(task.task_spec.name, "重复定时的周期不到一分钟")

        def nth(number: int) -> datetime:
            try:
                return self._reckon(_times(value, number), start, instance) or _NEVER
            except BadLength:
                if number == 1:
                    raise
                return _NEVER  # the row ends with the calendar

        last = task.internal_data.get("last")
        found = first_after(datetime.fromisoformat(last), nth) if last else nth(1)
        return None if found == _NEVER else found


def first_after(last: datetime, nth: Callable[[int], datetime]) -> datetime:
    """Return the first instant of a row that never goes back which is later than ``last``."""
    high = 1
    while nth(high) <= last:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if nth(middle) <= last else (low, middle)
    return nth(high)


def _times(period: Length, number: int) -> Length:
    if isinstance(period, MonthsDuration):
        return MonthsDuration(period.months * number)
    return DaysDuration(period.days * number, period.seconds * number)

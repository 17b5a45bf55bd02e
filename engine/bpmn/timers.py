"""What an event waits for: a message by its name, or an instant that follows its expression."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import AT_ONCE, due_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from SpiffWorkflow.task import Task

    from engine.bpmn.instance import Instance
    from engine.feel import Expression


class Message(MessageEventDefinition):
    """A message; it carries nothing, and may come again."""

    repeats = True

    def arm(self, task: Task, instance: Instance) -> None:
        """Nothing to prepare."""


class Timer(TimerEventDefinition):
    """An instant: computed when the event is armed, and again at every step.

    The library reads Python, counts months on the UTC date and lets them overflow, cannot be
    moved, and fires after the instant; none of its arithmetic is used.
    """

    repeats = False

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
        task.internal_data["armed"] = instance.now.isoformat()
        self.refresh(task, instance)

    def refresh(self, task: Task, instance: Instance) -> None:
        """Compute the instant from the data as they are now."""
        due = self._due(task, instance)
        task.internal_data["due"] = None if due is None else due.isoformat()

    def due(self, task: Task) -> datetime | None:
        """Return the instant (UTC), or None while it is not known."""
        text = task.internal_data["due"]
        return None if text is None else datetime.fromisoformat(text)

    def _due(self, task: Task, instance: Instance) -> datetime | None:
        context = instance.memory.context()
        value = self._value(context)
        start: Any = datetime.fromisoformat(task.internal_data["armed"])
        if self.start is not None:
            start = self.start.evaluate(context)
        if value is None or start is None:
            return None
        if not isinstance(start, date):
            instance.fail(task.task_spec.name, "定时的起点不是日期，也不是时间")
        if value == AT_ONCE:
            value = DaysDuration()
        if not isinstance(value, (MonthsDuration, DaysDuration, date)):
            instance.fail(task.task_spec.name, "定时的期限不是时长、日期或时间")
        return due_at(value, start, around_the_clock=self.around_the_clock)

    def _value(self, context: Mapping[str, Any]) -> Any:
        if isinstance(self.value, (MonthsDuration, DaysDuration)):
            return self.value
        return self.value.evaluate(context)

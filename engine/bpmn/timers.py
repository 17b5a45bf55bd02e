"""What an event waits for: a message by its name, or an instant that follows its expression."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.core.civil import DaysDuration, MonthsDuration
from engine.core.deadlines import AT_ONCE, due_at
from engine.feel import TooMuch

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
        try:
            value, start = self._terms(instance.memory.context(), task)
        except TooMuch as error:
            instance.fail(task.task_spec.name, str(error))
        if value is None or start is None:
            return None
        if not isinstance(start, date):
            instance.fail(task.task_spec.name, "定时的起点不是日期，也不是时间")
        if value == AT_ONCE:
            value = DaysDuration()
        if not isinstance(value, (MonthsDuration, DaysDuration, date)):
            instance.fail(task.task_spec.name, "定时的期限不是时长、日期或时间")
        return due_at(value, start, around_the_clock=self.around_the_clock)

    def _terms(self, context: Mapping[str, Any], task: Task) -> tuple[Any, Any]:
        value: Any = self.value
        if not isinstance(value, (MonthsDuration, DaysDuration)):
            value = value.evaluate(context)
        if self.start is not None:
            return value, self.start.evaluate(context)
        return value, datetime.fromisoformat(task.internal_data["armed"])

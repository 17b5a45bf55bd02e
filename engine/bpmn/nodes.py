"""The nodes of a diagram as SpiffWorkflow task specs that draw nothing ahead.

The library predicts a tree of future tasks, keeps all history in it and walks it at every
step: that is slow, stalls at depth 1000 and lets one token's join throw away another's tasks.
Here the tree holds living tokens only. A node makes its children when it completes; who is
ready stands on the instance's agenda; joins keep who has come in their own internal data.
"""

# The library has no public way to make, move or read a task.
# ruff: noqa: SLF001

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.defaults import (
    EndEvent,
    IntermediateThrowEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from SpiffWorkflow.task import Task

    from engine.bpmn.instance import Instance

LIVE = TaskState.NOT_FINISHED_MASK


def instance_of(task: Task) -> Instance:
    """Return the instance a task belongs to, through any embedded subprocess."""
    instance: Instance = task.workflow.top_workflow
    return instance


class Quiet(BpmnSpecMixin):
    """A node that predicts nothing, inherits nothing and is ready when a token arrives."""

    #: Whether the diagram shows it as passed, open or cancelled.
    drawn = True

    def test(self) -> None:
        """Diagrams are checked when they are read, not at every step."""

    def _predict_hook(self, my_task: Task) -> None:
        """Draw nothing ahead."""

    def _update_hook(self, my_task: Task) -> bool:
        return True

    def _on_ready_hook(self, my_task: Task) -> None:
        if not self.manual:
            instance_of(my_task).agenda.append(my_task)

    def _run_hook(self, my_task: Task) -> bool:
        my_task._sync_children(self.outputs, TaskState.FUTURE)
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        if self.drawn:
            instance_of(my_task).note_passed(my_task)
        above = my_task.parent
        if above is not None:
            above.task_spec.member_done(above, my_task)

    def member_done(self, my_task: Task, member: Task) -> None:
        """Nothing: only a group cares when one of its members is done."""

    def _on_cancel(self, my_task: Task) -> None:
        instance = instance_of(my_task)
        instance.event_manager.remove_task(my_task)
        instance.note_cancelled(my_task)


class Root(Quiet, BpmnStartTask):
    """What all tokens of a level hang from; the start events are its doors."""

    drawn = False

    def _on_ready_hook(self, my_task: Task) -> None:
        my_task._set_state(TaskState.COMPLETED)


class Begin(Quiet):
    """A start event: it never waits, since a token is only made when somebody enters."""


class Work(Quiet, UserTask):
    """A user task, open until it is completed from outside."""

    #: False: an instance in which only such tasks are left has ended.
    holds = True

    def _on_ready_hook(self, my_task: Task) -> None:
        instance_of(my_task).memory.open[self.name] += 1

    def _on_complete_hook(self, my_task: Task) -> None:
        instance_of(my_task).memory.open[self.name] -= 1
        Quiet._on_complete_hook(self, my_task)

    def _on_cancel(self, my_task: Task) -> None:
        instance_of(my_task).memory.open[self.name] -= 1
        Quiet._on_cancel(self, my_task)


class Throw(Quiet, IntermediateThrowEvent):
    """A message thrown: to whoever waits inside, else to the world."""

    def _run_hook(self, my_task: Task) -> bool:
        instance_of(my_task).throw(self.event_definition.name, self.name)
        return Quiet._run_hook(self, my_task)


class End(Quiet, EndEvent):
    """An end event, with or without a message."""

    def _run_hook(self, my_task: Task) -> bool:
        name = self.event_definition.name
        if name is not None:
            instance_of(my_task).throw(name, self.name)
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        Quiet._on_complete_hook(self, my_task)
        instance_of(my_task).note_end(my_task)


class Terminate(End):
    """An end event that removes every other token of its level."""

    def _on_complete_hook(self, my_task: Task) -> None:
        End._on_complete_hook(self, my_task)
        my_task.workflow.cancel_tokens()


class Embedded(Quiet, SubWorkflowTask):
    """An embedded subprocess."""

    def _update_hook(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.STARTED)
        instance_of(my_task).open_level(my_task, self.spec)
        return False

    def _on_cancel(self, my_task: Task) -> None:
        instance_of(my_task).close_level(my_task)
        Quiet._on_cancel(self, my_task)


class Decide(Quiet):
    """A decision table; what it gives becomes data of the instance."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, decision: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: Task) -> bool:
        instance_of(my_task).decide(self.decision, self.name)
        return Quiet._run_hook(self, my_task)

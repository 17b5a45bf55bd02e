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
    BoundaryEvent,
    EndEvent,
    ExclusiveGateway,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.specs.MultiChoice import MultiChoice
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
        group = my_task.parent
        if group is not None and isinstance(group.task_spec, Group):
            group.task_spec.member_done(group, my_task)

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


class Choice(Quiet, ExclusiveGateway):
    """An exclusive gateway: the first condition that holds, else the default."""

    def _run_hook(self, my_task: Task) -> bool:
        try:
            return bool(ExclusiveGateway._run_hook(self, my_task))
        except WorkflowException:
            instance_of(my_task).fail(self.name, "没有一个条件成立，也没有默认流")


class Joining(Quiet):
    """Waits for one token from each way in; a token too many waits for the next round.

    ``internal_data["came"]`` names the nodes whose tokens have come.
    """

    def _update_hook(self, my_task: Task) -> bool:
        source = my_task.parent.task_spec.name
        waiting = self._first_lacking(my_task, source)
        if waiting is not None:
            my_task._set_state(TaskState.CANCELLED)
            my_task = waiting
            my_task.internal_data["came"].append(source)
        else:
            my_task.internal_data["came"] = [source]
            my_task._set_state(TaskState.WAITING)
        if len(my_task.internal_data["came"]) == len(self._inputs):
            my_task._ready()
        return False

    def _first_lacking(self, my_task: Task, source: str) -> Task | None:
        for task in my_task.workflow.tasks.values():
            waits = task._state == TaskState.WAITING and task.task_spec is self
            if waits and source not in task.internal_data["came"]:
                return task
        return None


class Parallel(Joining):
    """A parallel gateway, opening, closing or both."""


class Inclusive(Joining, MultiChoice):
    """An inclusive gateway, opening, closing or both.

    ``reaching`` says for each node of its level which ways in a token there can still take
    without passing the gateway.
    """

    reaching: dict[str, frozenset[str]]

    def may_go_on(self, my_task: Task) -> bool:
        """Whether no token elsewhere will come by a way in that is still empty."""
        came = my_task.internal_data["came"]
        for task in my_task.workflow.tasks.values():
            if not task._state & LIVE or task.task_spec is self or _only_watches(task):
                continue
            ways = self.reaching.get(task.task_spec.name, frozenset())
            if ways and ways.isdisjoint(came):
                return False
        return True

    def _run_hook(self, my_task: Task) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        taken = matches or defaults
        if not taken:
            instance_of(my_task).fail(self.name, "没有一个条件成立，也没有默认流")
        my_task._sync_children(taken, TaskState.FUTURE)
        return True


def _only_watches(task: Task) -> bool:
    return task._state == TaskState.WAITING and isinstance(task.task_spec, Boundary)


class Group(Quiet):
    """A node whose children live and die together."""

    drawn = False

    def member_done(self, group: Task, member: Task) -> None:
        """Cancel what a completed member makes void."""
        raise NotImplementedError

    @staticmethod
    def cancel_waiting(group: Task, *, but: Task) -> None:
        """Cancel the events of the group that still wait."""
        for child in group.children:
            if child is not but and child._state == TaskState.WAITING:
                child.cancel()


class Watched(Group):
    """Opens a task or subprocess together with its boundary events."""

    def member_done(self, group: Task, member: Task) -> None:
        if isinstance(member.task_spec, Boundary):
            return
        self.cancel_waiting(group, but=member)

    def interrupt(self, group: Task, boundary: Task) -> None:
        """Cancel the host and its other boundary events."""
        for child in group.children:
            host = not isinstance(child.task_spec, Boundary)
            if child is not boundary and child._state & LIVE and (host or child._state == TaskState.WAITING):
                child.cancel()


class Race(Group):
    """An event-based gateway: the first of its events to happen cancels the others."""

    drawn = True

    def member_done(self, group: Task, member: Task) -> None:
        """Nothing: the others were cancelled when the event happened."""


class Catch(Quiet, IntermediateCatchEvent):
    """Waits for a message or a timer."""

    def _update_hook(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.WAITING)
        instance = instance_of(my_task)
        instance.event_manager.add_task(my_task)
        self.event_definition.arm(my_task, instance)
        return False

    def happen(self, my_task: Task) -> None:
        """Let the token go on."""
        instance_of(my_task).event_manager.remove_task(my_task)
        group = my_task.parent
        if isinstance(group.task_spec, Race):
            Group.cancel_waiting(group, but=my_task)
        my_task._ready()


class Boundary(Catch, BoundaryEvent):
    """A boundary event; one that does not interrupt waits again for the next message."""

    def happen(self, my_task: Task) -> None:
        group = my_task.parent
        instance_of(my_task).event_manager.remove_task(my_task)
        if self.cancel_activity:
            group.task_spec.interrupt(group, my_task)
        elif self.event_definition.repeats:
            again = group._add_child(self, TaskState.FUTURE)
            self._update(again)
        my_task._ready()


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

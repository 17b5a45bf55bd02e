"""Events that wait for a message or an instant, and the groups that live and die with them."""

# The library has no public way to make, move or read a task.
# ruff: noqa: SLF001

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import LIVE, Quiet, instance_of


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
    """A boundary event; one that does not interrupt waits again for the next message or turn."""

    def happen(self, my_task: Task) -> None:
        group = my_task.parent
        instance_of(my_task).event_manager.remove_task(my_task)
        if self.cancel_activity:
            group.task_spec.interrupt(group, my_task)
        elif (kept := self.event_definition.again(my_task)) is not None:
            again = group._add_child(self, TaskState.FUTURE)
            again.internal_data |= kept
            self._update(again)
        my_task._ready()

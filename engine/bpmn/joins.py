"""Gateways that choose, open and join; a join keeps in its own data who has come.

The library's joins look through the whole tree and drop what another token left there.
"""

# The library has no public way to make, move or read a task.
# ruff: noqa: SLF001

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.nodes import LIVE, Quiet, instance_of
from engine.bpmn.waits import Boundary


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

"""The library as it comes: what our adapter and codec are held against, and where each trap is shown.

``through_stock`` is its own serializer, taught only where our specs are.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnSubWorkflowConverter, BpmnWorkflowConverter
from SpiffWorkflow.task import TaskState

from engine.bpmn.adapter import Surroundings
from engine.bpmn.instance import Instance, SubLevel
from engine.bpmn.memory import Memory
from engine.bpmn.wiring import Wiring
from tests.bpmn.builder import diagram

#: The library's own serializer, as its documentation makes it.
SERIALIZER = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())


def stock_specs(*parts: str, **given: Any) -> tuple[Any, Any]:
    """What the library's parser makes of a diagram: its spec and those of its subprocesses."""
    parser = BpmnParser()
    parser.add_bpmn_str(diagram(*parts, **given))
    return parser.get_spec("P00"), parser.get_subprocess_specs("P00")


def stock(*parts: str, **given: Any) -> Any:
    """A diagram in the hands of the library alone, started."""
    workflow = BpmnWorkflow(*stock_specs(*parts, **given))
    workflow.do_engine_steps()
    return workflow


def stock_does(workflow: Any, element: str, **data: Any) -> None:
    """Complete an open task with its data."""
    task = next(iter(workflow.get_tasks(state=TaskState.READY, spec_name=element)))
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def stock_open(workflow: Any) -> list[str]:
    """The tasks that the library says are open."""
    return [task.task_spec.name for task in workflow.get_tasks(state=TaskState.READY)]


def through_stock(instance: Instance, wiring: Wiring, around: Surroundings) -> Instance:
    """Store an instance as the library does, as JSON text, and restore it as the library does."""

    class StateOnly(BpmnWorkflowConverter):
        """The library's converter without the specs, which it would write into every state."""

        def to_dict(self, workflow: Any) -> dict[str, Any]:
            dct: dict[str, Any] = super(BpmnWorkflowConverter, self).to_dict(workflow)
            return dct | {"subprocesses": self.mapping_to_dict(workflow.subprocesses)}

        def from_dict(self, dct: dict[str, Any]) -> Instance:
            made = Instance(wiring, Memory({}, around, wiring.model.tasks), deserializing=True)
            made.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=made)
            made.task_tree = made.tasks[UUID(dct["root"])]
            self.set_default_attributes(made, dct)
            self.subprocesses_from_dict(dct["subprocesses"], made)
            return made

    config = {**DEFAULT_CONFIG, Instance: StateOnly, SubLevel: BpmnSubWorkflowConverter}
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
    text = serializer.serialize_json(instance)
    restored: Instance = serializer.from_dict(_without_version(json.loads(text)))
    return restored


def _without_version(dct: dict[str, Any]) -> dict[str, Any]:
    dct.pop(BpmnWorkflowSerializer.VERSION_KEY)
    return dct


def snapshot(instance: Instance) -> Any:
    """All of an instance that a restore must bring back."""
    levels = {None: instance, **instance.subprocesses}
    tasks = {
        host: {
            token: (task.task_spec.name, task.state, task.internal_data, task.data, task._parent, task._children)
            for token, task in level.tasks.items()
        }
        for host, level in levels.items()
    }
    roots = {host: level.task_tree.id for host, level in levels.items()}
    waiting = set(instance.event_manager.tasks)
    return tasks, roots, waiting, instance.data, instance.completed, instance.correlations

"""The roles that a diagram names, and where. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.directory import FAMILY
from engine.bpmn.model import ProcedureModel, TaskModel
from engine.bpmn.parts import Parts
from engine.bpmn.properties import alternatives


def groups(task: TaskModel) -> Iterator[tuple[str, ...]]:
    """Yield the roles of a task: one group for each item, any of a group may claim it."""
    yield from (alternatives(group) for group in task.role.split("+"))


def named(model: ProcedureModel) -> Iterator[tuple[str, str]]:
    """Yield each role that a diagram names, with the element at which it does."""
    yield from ((lane, lane) for lane in model.lanes)
    for door in model.doors:
        yield from ((door.element, role) for role in door.starters)
    for node in model.nodes.values():
        yield from ((node.element, one.name) for one in node.notify)
    for task in model.tasks.values():
        yield from ((task.element, one.name) for one in (*task.notify, *task.overdue_notify))
        if task.role != task.lane:
            yield from ((task.element, role) for group in groups(task) for role in group)


def by_directory(parts: Parts) -> Iterator[tuple[ProcedureModel, TaskModel, str, list[str]]]:
    """Yield each group of roles that units must hold: its task, what people call it, and the roles it stands for.

    Left out are groups that a variable or the family of the child fills, and those with an unknown role.
    """
    for model in parts.models.values():
        for task in model.tasks.values():
            for group in groups(task):
                plain = [role for role in group if role in parts.roles]
                if not plain or any(role.startswith("@") for role in group) or task.each:
                    continue
                who = [one for role in plain for one in parts.members(role) if parts.roles[one].kind != FAMILY]
                yield model, task, "或".join(parts.roles[role].name for role in plain), who

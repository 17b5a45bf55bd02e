"""What a jurisdiction's diagram changes of the base diagram, task by task. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.model import ProcedureModel, TaskModel
from engine.bpmn.parts import Parts


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One change; ``task`` is None where a task is left out."""

    model: ProcedureModel
    task: TaskModel | None
    said: str


def differences(parts: Parts) -> Iterator[Difference]:
    """Yield what is added, left out or changed, procedure by procedure."""
    for key, base in parts.bases.items():
        if key in parts.models:
            yield from _between(base, parts.models[key])


def _between(base: ProcedureModel, own: ProcedureModel) -> Iterator[Difference]:
    before, after = _by_code(base), _by_code(own)
    for code in sorted(before.keys() - after.keys()):
        yield Difference(model=own, task=None, said=f"没有基础流程图的任务“{before[code].name}”（{code}）")
    for code, task in after.items():
        change = _change(before.get(code), task)
        if change:
            yield Difference(model=own, task=task, said=f"任务“{task.name}”（{code}）{change}")


def _change(before: TaskModel | None, after: TaskModel) -> str:
    if before is None:
        return "是本地区增加的"
    changes = {
        "名称": (before.name, after.name),
        "角色": (before.role, after.role),
        "表单": (before.form, after.form),
        "期限": (_limit(before), _limit(after)),
    }
    said = [f"{what}由“{old}”改为“{new}”" for what, (old, new) in changes.items() if old != new]
    return "的" + "、".join(said) if said else ""


def _limit(task: TaskModel) -> str:
    if task.limit is None:
        return task.code
    return task.limit.name if task.limit.feel is None else f"{task.limit.name}: {task.limit.feel}"


def _by_code(model: ProcedureModel) -> dict[str, TaskModel]:
    return {task.code: task for task in reversed(list(model.tasks.values()))}

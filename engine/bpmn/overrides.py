"""Lists what a jurisdiction's diagram changes of the base diagram, and asks for the clause behind it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.model import ProcedureModel, TaskModel


def differences(base: ProcedureModel, own: ProcedureModel, jurisdiction: str) -> Iterator[Finding]:
    """Yield a note for each task that is added, left out or changed; a warning where no clause stands behind it."""
    before, after = _by_code(base), _by_code(own)
    for code in sorted(before.keys() - after.keys()):
        yield _note(own, None, f"没有基础流程图的任务“{before[code].name}”（{code}）")
    for code, task in after.items():
        said = _said(before.get(code), task)
        if not said:
            continue
        yield _note(own, task, f"任务“{task.name}”（{code}）{said}")
        if not any(clause.startswith(f"{jurisdiction.upper()}-") for clause in task.clauses):
            message = f"任务“{task.name}”（{code}）{said}，但没有注明本地区的条文"
            yield Finding(
                rule="override-without-clause",
                message=message,
                file=own.file,
                element=task.element,
                line=task.line,
                severity="warning",
            )


def _said(before: TaskModel | None, after: TaskModel) -> str:
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


def _note(model: ProcedureModel, task: TaskModel | None, message: str) -> Finding:
    element, line = (task.element, task.line) if task else ("", 0)
    return Finding(rule="override", message=message, file=model.file, element=element, line=line, severity="note")

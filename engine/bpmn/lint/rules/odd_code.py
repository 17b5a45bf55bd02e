"""Codes of tasks and names of forms that no file could have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="odd-code", says="任务代码和表单名只用字母、数字和短横，如 P02-T1")

_SHAPE = re.compile(r"\w(?:\.?[\w-]){0,63}\Z")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find codes and names of forms that are paths, or hold signs that a file name cannot."""
    for task in model.tasks.values():
        for what, name in (("任务代码", task.code), ("表单名", task.form)):
            if name and not _SHAPE.match(name):
                message = f"“{task.name}”的{what}“{name[:64]}”不能作文件名：请写作如 P02-T1"
                yield RULE.at_node(model, model.nodes[task.element], message)
                break

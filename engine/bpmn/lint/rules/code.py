"""Tasks without a code."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="code", says="用户任务要有任务代码")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the tasks that no list, journal or form could name."""
    for task in model.tasks.values():
        if not task.code:
            node = model.nodes[task.element]
            message = f"用户任务{called(node)}没有任务代码（属性 code），找不到它的表单：请写明，如 {model.key}-T1"
            yield RULE.at_node(model, node, message)

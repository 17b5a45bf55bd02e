"""Sub-processes with no start, or several."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, levels
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="subprocess-start", says="嵌入子过程有且只有一个开始事件")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the subprocesses that cannot be entered at one place."""
    for scope, nodes in levels(model).items():
        starts = [node for node in nodes if node.kind == "startEvent"]
        if scope and len(starts) != 1:
            node = model.nodes[scope]
            message = f"子过程{called(node)}里有{len(starts)}个开始事件，不知道从哪里办起：请只画一个"
            yield RULE.at_node(model, node, message)

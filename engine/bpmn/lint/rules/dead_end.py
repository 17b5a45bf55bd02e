"""Nodes from which no flow leaves."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, levels
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="dead-end", says="每条路都要走到结束事件")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the nodes at which a token would stop for good; of a level without any end, that is said."""
    leaving = {flow.source for flow in model.flows}
    for nodes in levels(model).values():
        if not any(node.kind == "endEvent" for node in nodes):
            continue
        for node in nodes:
            if node.kind != "endEvent" and not node.foreign and node.element not in leaving:
                message = f"{called(node)}之后没有顺序流，办到这里就断了：请连到下一步或结束事件"
                yield RULE.at_node(model, node, message)

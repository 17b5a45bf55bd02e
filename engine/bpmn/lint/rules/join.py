"""Joins that two flows enter from one node."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="join", says="同一节点只有一条顺序流进入汇合网关")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the joins that count their ways in by the node they come from."""
    for node in nodes_of(model, "parallelGateway", "inclusiveGateway"):
        sources = [flow.source for flow in model.entering(node.element)]
        twice = next((one for one in sources if sources.count(one) > 1), None)
        if twice is not None:
            source = model.nodes.get(twice)
            if source is not None and source.foreign:
                continue
            message = (
                f"从{called(source) if source else twice}有两条顺序流进入汇合网关{called(node)}，等不齐：请只留一条"
            )
            yield RULE.at_node(model, node, message)

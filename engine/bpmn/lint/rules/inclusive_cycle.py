"""Inclusive gateways on a cycle."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.graph import cycles, following
from engine.bpmn.lint.drawn import called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="inclusive-cycle", says="包容网关不在回路上")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the inclusive gateways that a token can come back to: from the second round on, tokens would double."""
    turning = {element for cycle in cycles(following(model)) for element in cycle}
    for node in nodes_of(model, "inclusiveGateway"):
        if node.element in turning:
            message = f"包容网关{called(node)}在回路上，第二轮起会重复派发：请把分路和汇合画进子过程，从子过程外面返回"
            yield RULE.at_node(model, node, message)

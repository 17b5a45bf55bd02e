"""Defaults that are no flow of their gateway."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import CONDITIONAL, called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="default-flow", says="默认流要从它的网关出来")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the default flows that do not leave where they are named, and those of nodes that do not choose."""
    for node in nodes_of(model):
        if not node.default:
            continue
        if node.kind not in CONDITIONAL:
            yield RULE.at_node(model, node, f"{called(node)}不选路，默认流不起作用：请删去，或画一个排他网关")
        elif node.default not in {flow.element for flow in model.leaving(node.element)}:
            message = f"网关{called(node)}的默认流“{node.default}”不是从它出来的顺序流：请从它的路里另选一条"
            yield RULE.at_node(model, node, message)

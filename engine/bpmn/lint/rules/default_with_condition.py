"""Default flows with a condition."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import CONDITIONAL, called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="default-with-condition", says="默认流不带条件")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the default flows whose condition nobody looks at."""
    for node in nodes_of(model, *CONDITIONAL):
        for flow in model.leaving(node.element):
            if flow.condition and flow.element == node.default:
                message = f"网关{called(node)}的默认流带有条件，条件不会看：别的路都不走时就走它，请删去条件"
                yield RULE.at_flow(model, flow, message)

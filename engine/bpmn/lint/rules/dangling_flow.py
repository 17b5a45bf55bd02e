"""Flows that lead from or to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="dangling-flow", says="顺序流的两头都要连着节点")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the flows with an end in the air."""
    for flow in model.flows:
        lacking = [title for title, end in (("起点", flow.source), ("终点", flow.target)) if end not in model.nodes]
        if lacking:
            message = f"顺序流“{flow.name or flow.element}”没有连着{'和'.join(lacking)}，走到这里就断了：请接好，或删去"
            yield RULE.at_flow(model, flow, message)

"""Flows that leave an end event."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, ends
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="flow-out-of-end", says="结束事件之后没有顺序流")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the flows that nothing will ever take."""
    for flow in model.flows:
        both = ends(model, flow)
        if both and both[0].kind == "endEvent" and both[0].scope == both[1].scope:
            message = f"结束事件{called(both[0])}之后还有顺序流，这条路永远不会走：请删去，或把结束事件改为任务"
            yield RULE.at_flow(model, flow, message)

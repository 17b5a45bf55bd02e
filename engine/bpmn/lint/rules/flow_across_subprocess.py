"""Flows that cross the border of a sub-process."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, ends
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="flow-across-subprocess", says="顺序流不穿过子过程的边界")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the flows between two levels."""
    for flow in model.flows:
        both = ends(model, flow)
        if both and both[0].scope != both[1].scope:
            message = (
                f"顺序流从{called(both[0])}穿过子过程的边界到{called(both[1])}：请先在子过程里结束，再从子过程连出去"
            )
            yield RULE.at_flow(model, flow, message)

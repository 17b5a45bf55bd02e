"""Flows that enter a start or boundary event."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, ends
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="flow-into-start", says="没有顺序流进入开始事件或边界事件")

_BEGIN = {"startEvent": "开始事件", "boundaryEvent": "边界事件"}


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the flows into events that begin by themselves."""
    for flow in model.flows:
        both = ends(model, flow)
        if both and both[1].kind in _BEGIN and both[0].kind != "endEvent" and both[0].scope == both[1].scope:
            message = f"顺序流不能进入{_BEGIN[both[1].kind]}{called(both[1])}，它自己发生：要返回的请连到它后面的节点"
            yield RULE.at_flow(model, flow, message)

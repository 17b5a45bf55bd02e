"""Conditions on flows that leave something else than a choosing gateway."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import CONDITIONAL, called
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="condition-on-task-flow", says="只有排他网关和包容网关之后的顺序流带条件")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the conditions that nobody looks at: the flow would be taken although they are false."""
    for flow in model.flows:
        source = model.nodes.get(flow.source)
        if source and flow.condition and source.kind not in CONDITIONAL and not source.foreign:
            message = f"从{called(source)}出来的顺序流带有条件，条件不会看：请在后面画一个排他网关，把条件写在网关之后"
            yield RULE.at_flow(model, flow, message)

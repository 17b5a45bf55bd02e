"""Two timers behind one event gateway."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="two-timers", says="一个事件网关之后最多有一个定时事件")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the gateways that wait for two limits: only the earlier one can ever come."""
    for node in model.nodes.values():
        if node.kind != "eventBasedGateway":
            continue
        timers = [flow.target for flow in model.leaving(node.element) if flow.target in model.timers]
        if len(timers) > 1:
            names = "、".join(model.nodes[timer].name or timer for timer in timers)
            message = f"这个事件网关之后有{len(timers)}个定时事件（{names}），只有最早的会发生：请只留最早的一个"
            yield RULE.at_node(model, node, message)

"""Event gateways that lead to something else than an event."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="event-gateway", says="事件网关之后直接是只由它进入的捕获事件")

_RACERS = frozenset({"intermediateCatchEvent", "receiveTask"})


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find what stands behind an event gateway and waits for nothing, or can be entered past the gateway."""
    for gateway in nodes_of(model, "eventBasedGateway"):
        for flow in model.leaving(gateway.element):
            node = model.nodes.get(flow.target)
            if node is None or node.foreign:
                continue
            if node.kind not in _RACERS:
                message = f"事件网关{called(gateway)}之后是{called(node)}，它不等消息也不等时间：请先画一个捕获事件"
                yield RULE.at_node(model, node, message)
            elif len(model.entering(node.element)) > 1:
                message = f"{called(node)}除了事件网关{called(gateway)}还有别的路进来，等没等说不清：请各画一个事件"
                yield RULE.at_node(model, node, message)

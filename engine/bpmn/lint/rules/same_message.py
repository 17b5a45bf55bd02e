"""Two events at one place that wait for the same message."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Node, ProcedureModel

RULE = Rule(name="same-message", says="同一处不能两次等同一个消息")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the later of two events that would have to share one message."""
    for place, waiting in _places(model):
        seen: dict[str, Node] = {}
        for node in waiting:
            first = seen.setdefault(node.message, node)
            if first is not node:
                both = f"{called(node)}和{called(first)}"
                message = f"{both}在{called(place)}都等消息“{node.message}”，来了走哪条路说不清：请只留一个"
                yield RULE.at_node(model, node, message)


def _places(model: ProcedureModel) -> Iterator[tuple[Node, list[Node]]]:
    """Yield each event gateway with what stands behind it, and each activity with what sits on it."""
    for gateway in nodes_of(model, "eventBasedGateway"):
        behind = [model.nodes[flow.target] for flow in model.leaving(gateway.element) if flow.target in model.nodes]
        yield gateway, [node for node in dict.fromkeys(behind) if node.message]
    sitting: dict[str, list[Node]] = {}
    for node in nodes_of(model, "boundaryEvent"):
        if node.message and node.host in model.nodes:
            sitting.setdefault(node.host, []).append(node)
    for host, events in sitting.items():
        yield model.nodes[host], events

"""Messages that nobody sends."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import heard
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.parts import Parts

RULE = Rule(name="unsent-message", says="等的消息要有人发出", severity="warning", whole=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find what waits for a message that no procedure sends and nobody may say; grave where nothing else can come."""
    sent = heard.said(parts)
    for model, node in heard.messages(parts):
        if node.message in sent:
            continue
        if parts.jurisdiction.code and _is_the_only_way(model, node):
            message = f"消息“{node.message}”没有过程或事件发出，案件会一直等下去：请改等别人会发的消息，或画上期限"
            yield RULE.at_node(model, node, message, severity="error")
        else:
            yield RULE.at_node(model, node, f"消息“{node.message}”没有过程或事件发出")


def _is_the_only_way(model: ProcedureModel, node: Node) -> bool:
    """Return whether a token waits here for nothing else: at no door, no boundary, behind no event gateway."""
    if node.kind not in {"intermediateCatchEvent", "receiveTask"}:
        return False
    hosted = any(other.host == node.element for other in model.nodes.values())
    racing = any(model.nodes[flow.source].kind == "eventBasedGateway" for flow in model.entering(node.element))
    return not hosted and not racing

"""Procedures that start themselves."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="message-to-self", says="过程不能给自己的开始事件发消息")

_THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find what sends a message that a door of the same diagram takes: it would come in again, and again."""
    doors = {door.message: door for door in model.doors if door.message}
    for node in model.nodes.values():
        if node.kind in _THROWING and node.message in doors:
            door = doors[node.message]
            where = f"又从本过程的“{door.name or door.element}”进来，会没完没了地重新开始"
            message = f"“{node.name or node.element}”发出的消息“{node.message}”{where}：要返回的请用顺序流画回路"
            yield RULE.at_node(model, node, message)

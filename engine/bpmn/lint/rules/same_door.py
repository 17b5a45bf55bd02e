"""Start events that wait for the same."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, levels
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Node, ProcedureModel

RULE = Rule(name="same-door", says="两个开始事件不能等同一件事")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the start events after the first of one message, or of the hand: a start would have to choose."""
    seen: dict[str, Node] = {}
    for node in levels(model)[""]:
        if node.kind != "startEvent" or node.foreign:
            continue
        first = seen.setdefault(node.message, node)
        if first is not node:
            what = f"消息“{node.message}”" if node.message else "由人手工开始"
            message = f"开始事件{called(node)}和{called(first)}都是{what}，不知道从哪里办起：请合成一个，再用网关分路"
            yield RULE.at_node(model, node, message)

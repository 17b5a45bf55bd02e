"""Procedures that start each other without anybody doing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Node, ProcedureModel
from engine.bpmn.parts import Parts
from engine.bpmn.tokens import Ways

RULE = Rule(name="message-circle", says="过程之间的消息不能没有人办理就绕回来")

_WAITING = frozenset({"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"})
_THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find messages that bring about each other, from door to door, past no task and no event that waits."""
    sent: dict[str, list[tuple[ProcedureModel, Node]]] = {}
    for model in parts.models.values():
        for message, found in _at_once(model):
            sent.setdefault(message, found)
    for message, found in sent.items():
        for model, node in found:
            way = _way(sent, node.message, message)
            if way and model.door(node.message) is None:
                said = f"“{node.name or node.element}”发出“{node.message}”，没有人办理就又绕回本过程"
                yield RULE.at_node(model, node, f"{said}（{' → '.join((message, *way))}）：请在其中画上任务")


def _at_once(model: ProcedureModel) -> Iterator[tuple[str, list[tuple[ProcedureModel, Node]]]]:
    """Yield each message that enters a diagram, with what the diagram sends then before anybody acts."""
    waiting = [node.element for node in model.nodes.values() if node.kind in _WAITING]
    ways = Ways(model)
    for door in model.doors:
        if door.message and not door.joins:
            nodes = (model.nodes[one] for one in sorted(ways.reached([door.element], without=waiting)))
            yield door.message, [(model, node) for node in nodes if node.kind in _THROWING and node.message]


def _way(sent: Mapping[str, list[tuple[ProcedureModel, Node]]], message: str, target: str) -> list[str]:
    """Return the messages by which one leads to another, [] where it does not."""
    ways = {message: [message]}
    agenda = [message]
    for reached in agenda:
        if reached == target:
            return ways[reached]
        for _, node in sent.get(reached, ()):
            if node.message not in ways:
                ways[node.message] = [*ways[reached], node.message]
                agenda.append(node.message)
    return []

"""Nodes that no token ever comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from engine.bpmn.findings import Finding
from engine.bpmn.graph import following
from engine.bpmn.lint.drawn import called, levels, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="unreached", says="每个节点都要从开始事件走得到")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find where each part begins that cannot be reached; what follows from there is not named."""
    ways = following(model)
    reached = _closure(ways, _entries(model))
    reached |= _closure(ways, _cut_off(model, ways, reached))
    lost = [node for node in nodes_of(model) if node.element not in reached]
    entered = {target for node in lost for target in ways[node.element]}
    for node in [*(one for one in lost if one.element not in entered), *lost]:
        if node.element not in reached:
            reached |= _closure(ways, {node.element})
            message = f"从任何开始事件都走不到{called(node)}，它永远不会办：请用顺序流连进来，或删去"
            yield RULE.at_node(model, node, message)


def _entries(model: ProcedureModel) -> set[str]:
    """Return where tokens begin, and where another rule says why they do not."""
    found = {node.element for node in model.nodes.values() if node.foreign or node.kind == "startEvent"}
    found |= {flow.target for flow in model.flows if flow.source not in model.nodes}
    found |= {one.element for one in nodes_of(model, "boundaryEvent") if one.host not in model.nodes}
    entered = {flow.target for flow in model.flows}
    found |= {one.host for one in nodes_of(model, "boundaryEvent") if one.element in entered}
    for nodes in levels(model).values():
        if not any(node.kind == "startEvent" for node in nodes):
            found |= {node.element for node in nodes if node.element not in entered and node.kind != "boundaryEvent"}
    return found


def _cut_off(model: ProcedureModel, ways: Mapping[str, list[str]], reached: set[str]) -> set[str]:
    """Return where a level goes on that was cut in two: the rule is ``dead-end`` then, and says where."""
    found: set[str] = set()
    entered = {flow.target for flow in model.flows}
    for nodes in levels(model).values():
        if any(node.kind != "endEvent" and node.element in reached and not ways[node.element] for node in nodes):
            heads = (node for node in nodes if node.element not in entered and node.kind != "boundaryEvent")
            found |= {node.element for node in heads if ways[node.element] or node.kind == "endEvent"}
    return found


def _closure(ways: Mapping[str, list[str]], begin: Collection[str]) -> set[str]:
    reached, agenda = set(begin), list(begin)
    while agenda:
        for element in ways[agenda.pop()]:
            if element not in reached:
                reached.add(element)
                agenda.append(element)
    return reached

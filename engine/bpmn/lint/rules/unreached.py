"""Nodes that no flow leads to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from engine.bpmn.findings import Finding
from engine.bpmn.graph import following
from engine.bpmn.lint.drawn import called, levels, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

# Deep: a flow that is wrong in another way is the culprit, not what it should have led to.
RULE = Rule(name="unreached", says="每个节点都要从开始事件走得到", deep=True)


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find where each part begins that cannot be reached; what follows from there is not named."""
    ways = following(model)
    reached = _closure(ways, {node.element for node in nodes_of(model, "startEvent")})
    reached |= _missed_ends(model, reached)
    lost = [node for node in nodes_of(model) if node.element not in reached]
    entered = {target for node in lost for target in ways[node.element]}
    for node in [*(one for one in lost if one.element not in entered), *lost]:
        if node.element not in reached:
            reached |= _closure(ways, {node.element})
            message = f"从任何开始事件都走不到{called(node)}，它永远不会办：请用顺序流连进来，或删去"
            yield RULE.at_node(model, node, message)


def _missed_ends(model: ProcedureModel, reached: Collection[str]) -> set[str]:
    """Return the ends of levels of which none is reached: what runs for ever before them is the culprit."""
    found: set[str] = set()
    for nodes in levels(model).values():
        ends = {node.element for node in nodes if node.kind == "endEvent"}
        if not ends & set(reached):
            found |= ends
    return found


def _closure(ways: Mapping[str, list[str]], begin: Collection[str]) -> set[str]:
    reached, agenda = set(begin), list(begin)
    while agenda:
        for element in ways[agenda.pop()]:
            if element not in reached:
                reached.add(element)
                agenda.append(element)
    return reached

"""Where tokens can go in a diagram. Pure."""

from __future__ import annotations

from collections import defaultdict

from engine.bpmn.model import ProcedureModel


def following(model: ProcedureModel) -> defaultdict[str, list[str]]:
    """Return where a token at a node can go next, boundary events of the node included."""
    ways: defaultdict[str, list[str]] = defaultdict(list)
    for flow in model.flows:
        ways[flow.source].append(flow.target)
    for node in model.nodes.values():
        if node.kind == "boundaryEvent":
            ways[node.host].append(node.element)
    return ways


def reachable(ways: defaultdict[str, list[str]], start: str, *, without: str = "") -> set[str]:
    """Return the nodes that can be reached from a node, never passing ``without``."""
    reached: set[str] = set()
    agenda = [start]
    while agenda:
        for element in ways[agenda.pop()]:
            if element not in reached and element != without:
                reached.add(element)
                agenda.append(element)
    return reached

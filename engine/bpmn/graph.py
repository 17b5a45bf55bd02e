"""Where tokens can go in a diagram. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

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


def components(ways: Mapping[str, list[str]]) -> list[list[str]]:
    """Return the groups of nodes that can all reach each other; what follows a group comes before it.

    Tarjan's walk, without recursion.
    """
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in ways:
        agenda = [(root, iter(ways[root]))] if root not in order else []
        while agenda:
            element, rest = agenda[-1]
            if element not in order:
                order[element] = lowest[element] = len(order)
                stack.append(element)
                on_stack.add(element)
            step = next(rest, None)
            if step is not None:
                if step not in order:
                    agenda.append((step, iter(ways.get(step, ()))))
                elif step in on_stack:
                    lowest[element] = min(lowest[element], order[step])
                continue
            agenda.pop()
            if agenda:
                above = agenda[-1][0]
                lowest[above] = min(lowest[above], lowest[element])
            if lowest[element] == order[element]:
                group = [stack.pop()]
                while group[-1] != element:
                    group.append(stack.pop())
                on_stack.difference_update(group)
                found.append(group[::-1])
    return found


def cycles(ways: Mapping[str, list[str]]) -> list[frozenset[str]]:
    """Return the groups of nodes that lead back to themselves."""
    groups = components(ways)
    return [frozenset(group) for group in groups if len(group) > 1 or group[0] in ways.get(group[0], ())]

"""Chains that are too long to be followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.findings import Finding
from engine.bpmn.graph import components
from engine.bpmn.lint.drawn import called, levels
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="long-chain", says="一条路上最多连续400个节点")

MOST = 400


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the node at which the longest way through a level becomes too long; a cycle counts with all its nodes."""
    for nodes in levels(model).values():
        inside = dict.fromkeys(node.element for node in nodes)
        ways = {one: [flow.target for flow in model.leaving(one) if flow.target in inside] for one in inside}
        for node in nodes:
            if node.kind == "boundaryEvent" and node.host in inside:
                ways[node.host].append(node.element)
        place = _too_far(ways)
        if place is not None:
            node = model.nodes[place]
            message = f"到{called(node)}为止一路上有{MOST}多个节点，没有人看得过来：请把相连的步骤画成嵌入子过程"
            yield RULE.at_node(model, node, message)


def _too_far(ways: Mapping[str, list[str]]) -> str | None:
    """Return the first node to which some way is longer than allowed."""
    length: dict[int, int] = {}
    groups = components(ways)
    number = {element: index for index, group in enumerate(groups) for element in group}
    # What follows a group comes before it in the list, so the last group is where ways begin.
    for index in range(len(groups) - 1, -1, -1):
        length[index] = length.get(index, 0) + len(groups[index])
        if length[index] > MOST:
            return groups[index][0]
        for target in {number[one] for element in groups[index] for one in ways[element]} - {index}:
            length[target] = max(length.get(target, 0), length[index])
    return None

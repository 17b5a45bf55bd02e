"""Cycles on which nothing waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.graph import cycles
from engine.bpmn.lint.drawn import CONDITIONAL, called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="loop-without-wait", says="回路上要有人办事或等待")

#: What a token passes in the step in which it comes.
_AUTOMATIC = CONDITIONAL | {
    *("startEvent", "parallelGateway", "intermediateThrowEvent", "sendTask", "businessRuleTask"),
}


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the cycles that would turn for ever in one step."""
    ways = _at_once(model)
    place = {element: number for number, element in enumerate(model.nodes)}
    for cycle in cycles(ways):
        # Told at the gateway that could lead out of the cycle, where there is one; else at what is drawn first.
        node = model.nodes[min(cycle, key=lambda one: (-len(ways[one]), place[one]))]
        message = (
            f"从{called(node)}出发会立刻回到它自己，路上没有人办事也不等待，会不停地转：请在回路上画一个任务或等待"
        )
        yield RULE.at_node(model, node, message)


def _at_once(model: ProcedureModel) -> defaultdict[str, list[str]]:
    """Return where a token goes without waiting, from every node that does not wait."""
    quick = _AUTOMATIC | {"endEvent"}
    waits = {node.scope for node in nodes_of(model) if node.kind not in {*quick, "subProcess"}}
    ways: defaultdict[str, list[str]] = defaultdict(list)
    for node in nodes_of(model):
        idle = node.kind == "subProcess" and not waits & _inside(model, node.element)
        if node.kind in _AUTOMATIC or idle:
            ways[node.element] += [flow.target for flow in model.leaving(node.element)]
    return ways


def _inside(model: ProcedureModel, scope: str) -> set[str]:
    """Return a subprocess with all subprocesses in it."""
    found = {scope}
    for node in model.nodes.values():  # what holds stands before what is held
        if node.kind == "subProcess" and node.scope in found:
            found.add(node.element)
    return found

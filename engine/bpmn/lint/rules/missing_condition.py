"""Flows of a choosing gateway that say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import CONDITIONAL, called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Flow, Node, ProcedureModel

RULE = Rule(name="missing-condition", says="网关分出的每条路要有条件，或是默认流")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the flows of which nobody knows when they are taken."""
    for node in nodes_of(model, *CONDITIONAL):
        leaving = model.leaving(node.element)
        bare = [flow for flow in leaving if not flow.condition and flow.element != node.default]
        if len(leaving) == 1 or (len(bare) == 1 and _is_amiss(node, leaving)):
            continue
        for flow in bare:
            way = f"“{flow.name}”" if flow.name else f"到{_target(model, flow)}"
            message = f"网关{called(node)}{way}的路没有条件，也不是默认流：请写条件，或标为默认流"
            yield RULE.at_flow(model, flow, message)


def _is_amiss(node: Node, leaving: Sequence[Flow]) -> bool:
    """Whether a gateway names a default flow that is none of its own: then that is the culprit."""
    return bool(node.default) and node.default not in {flow.element for flow in leaving}


def _target(model: ProcedureModel, flow: Flow) -> str:
    target = model.nodes.get(flow.target)
    return called(target) if target else f"“{flow.target}”"

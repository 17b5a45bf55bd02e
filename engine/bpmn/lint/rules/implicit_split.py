"""Nodes other than gateways from which several flows leave."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import GATEWAYS, called, ends, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import Flow, ProcedureModel

RULE = Rule(name="implicit-split", says="只有网关分路")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the tasks and events that would go several ways at once."""
    for node in nodes_of(model):
        ways = sum(_stays(model, flow) for flow in model.leaving(node.element))
        if ways > 1 and node.kind not in GATEWAYS and node.kind != "endEvent":
            message = (
                f"{called(node)}之后有{ways}条顺序流，说不清是选一条还是都走：选一条请画排他网关，都走请画并行网关"
            )
            yield RULE.at_node(model, node, message)


def _stays(model: ProcedureModel, flow: Flow) -> bool:
    """Whether a flow leads to a node of its level; a rule of its own refuses the others."""
    both = ends(model, flow)
    return both is not None and both[0].scope == both[1].scope

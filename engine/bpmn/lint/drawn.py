"""What a diagram shows of itself, for the rules that look at one: levels, and nodes that can be judged. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import Flow, Node, ProcedureModel

#: Gateways whose flows have conditions.
CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})
GATEWAYS = CONDITIONAL | {"parallelGateway", "eventBasedGateway"}


def levels(model: ProcedureModel) -> dict[str, list[Node]]:
    """Return the nodes of the process ("") and of each embedded subprocess, empty ones too.

    Levels that the language does not have are left out: a rule of their own refuses them.
    """
    found: dict[str, list[Node]] = {"": []}
    found |= {node.element: [] for node in model.nodes.values() if node.kind == "subProcess" and not node.foreign}
    for node in model.nodes.values():
        if node.scope in found:
            found[node.scope].append(node)
    return {scope: nodes for scope, nodes in found.items() if not _in_foreign(model, scope)}


def _in_foreign(model: ProcedureModel, scope: str) -> bool:
    while scope:
        if model.nodes[scope].foreign:
            return True
        scope = model.nodes[scope].scope
    return False


def nodes_of(model: ProcedureModel, *kinds: str) -> Iterator[Node]:
    """Yield the nodes that the language has, of some kinds or of all, in the order of the levels."""
    for nodes in levels(model).values():
        yield from (node for node in nodes if not node.foreign and (not kinds or node.kind in kinds))


def ends(model: ProcedureModel, flow: Flow) -> tuple[Node, Node] | None:
    """Return the nodes that a flow connects; None where it lacks one."""
    source, target = model.nodes.get(flow.source), model.nodes.get(flow.target)
    return (source, target) if source and target else None


def called(node: Node) -> str:
    """Return the name of a node in quotation marks; its id, where it has none."""
    return f"“{' '.join((node.name or node.element).split())}”"

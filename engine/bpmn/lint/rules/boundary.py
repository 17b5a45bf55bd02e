"""Boundary events at something that does not last."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="boundary", says="边界事件附在用户任务、接收任务或子过程上")

_HOSTS = frozenset({"userTask", "subProcess", "receiveTask"})


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the boundary events that could never happen."""
    for node in nodes_of(model, "boundaryEvent"):
        host = model.nodes.get(node.host)
        if host is None:
            message = f"边界事件{called(node)}没有附在任何任务上：请拖到任务或子过程的边上"
        elif host.foreign or (host.kind in _HOSTS and host.scope == node.scope):
            continue
        else:
            message = (
                f"边界事件{called(node)}附在{called(host)}上，那里不停留，它永远不会发生：请附在用户任务或子过程上"
            )
        yield RULE.at_node(model, node, message)

"""Decision tasks without a table."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, nodes_of
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="decision", says="决策任务要选定决策表")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the decision tasks that decide nothing."""
    for node in nodes_of(model, "businessRuleTask"):
        if not node.decision:
            yield RULE.at_node(
                model, node, f"决策任务{called(node)}没有选定决策表（calledDecisionId），办到这里就停住：请选一张表"
            )

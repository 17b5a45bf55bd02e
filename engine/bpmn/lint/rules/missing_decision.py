"""Decision tasks whose table is not there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="missing-decision", says="决策任务的决策表要有文件")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the decision tasks that would stop a case."""
    for model in parts.models.values():
        for node in model.nodes.values():
            if node.decision and node.decision not in parts.decisions and node.decision not in parts.unread:
                yield RULE.at_node(model, node, f"决策表“{node.decision}”不存在")

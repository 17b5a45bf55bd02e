"""Clauses that the register does not have."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unknown-clause", says="条文要在条文表里")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the parameters and the nodes that stand on a clause nobody can read."""
    for one in parts.jurisdiction.parameters.values():
        for clause in one.clauses:
            if clause not in parts.clauses:
                message = f"参数“{one.key}”的条文“{clause}”不在条文表中"
                yield RULE.at_file(parts.file, message, element=one.key, line=one.line)
    for model in parts.models.values():
        for node in model.nodes.values():
            for clause in node.clauses:
                if clause not in parts.clauses:
                    yield RULE.at_node(model, node, f"条文“{clause}”不在条文表中")

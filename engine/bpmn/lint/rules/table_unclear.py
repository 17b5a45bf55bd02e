"""Tables that cannot be analysed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import tables
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="table-unclear", says="决策表的条件要能自动分析", severity="note")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Say which tables nobody but a person can check."""
    yield from (RULE.of(one) for one in tables.remarks(parts) if one.kind == "unknown")

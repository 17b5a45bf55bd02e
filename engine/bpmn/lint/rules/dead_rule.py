"""Rows that never decide."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import tables
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="dead-rule", says="决策表的每一行都要用得上", severity="warning", local=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the rows before which another always decides."""
    yield from (RULE.of(one) for one in tables.remarks(parts) if one.kind == "dead")

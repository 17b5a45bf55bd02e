"""Tables that leave a case out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import tables
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="table-gap", says="决策表不留空档")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the tables that give no answer in some case."""
    yield from (RULE.of(one) for one in tables.remarks(parts) if one.kind == "gap")

"""Tables with two answers."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import tables
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="table-overlap", says="决策表的两行不能同时成立")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the rows that decide the same case."""
    yield from (RULE.of(one) for one in tables.remarks(parts) if one.kind == "overlap")

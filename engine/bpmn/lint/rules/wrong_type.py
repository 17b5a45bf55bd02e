"""Comparisons of things of different kinds."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import senses, tables
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="wrong-type", says="比较的两边要是同一类")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find what can never hold, since its sides are of different kinds."""
    yield from (RULE.of(one) for one in senses.remarks(parts) if one.kind == "type")
    yield from (RULE.of(one) for one in tables.remarks(parts) if one.kind == "type")

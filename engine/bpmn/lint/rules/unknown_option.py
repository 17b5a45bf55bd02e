"""Options that no form offers."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import senses, tables
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unknown-option", says="选项要是表单里有的", local=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the texts and cells that ask for an option nobody can choose."""
    yield from (RULE.of(one) for one in senses.remarks(parts) if one.kind == "option")
    yield from (RULE.of(one) for one in tables.remarks(parts) if one.kind == "option")

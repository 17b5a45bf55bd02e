"""Facts of the case that no form gives."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import texts
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unknown-fact", says="个案事实要有表单给出", severity="warning", whole=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the facts that are always null; a procedure that is not published yet may give them one day."""
    yield from (RULE.of(one) for one in texts.remarks(parts) if one.kind == "fact")

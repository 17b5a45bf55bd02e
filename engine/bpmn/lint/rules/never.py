"""Conditions that no answer fulfils."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import outcomes, senses
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="never", says="条件要有可能成立", severity="warning", local=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the conditions that could hold, but with none of the options that the forms offer."""
    for text, part, facts in senses.conditions(parts):
        here = outcomes.here(part, facts)
        if here and True not in here and True in outcomes.logical(part, facts):
            yield RULE.of(text.remark("", "按表单的选项永远不成立，这条路走不到"))

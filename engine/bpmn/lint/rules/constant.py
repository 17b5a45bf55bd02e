"""Conditions that never change."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import outcomes, senses
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="constant", says="条件要分得出情况")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the conditions that hold in every case, or in none."""
    yield from (RULE.of(one) for one in senses.remarks(parts) if one.kind == "constant")
    for text, part, facts in senses.conditions(parts):
        answers = outcomes.logical(part, facts)
        if answers == {True}:
            yield RULE.of(text.remark("", "任何情况下都成立，等于没有条件"))
        elif answers and True not in answers:
            yield RULE.of(text.remark("", "自相矛盾，任何情况下都不成立，这条路永远走不到"))

"""Changes without a clause behind them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.differences import differences
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="override-without-clause", says="本地区的改动要注明本地区的条文", severity="warning")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the tasks that differ from the base diagram and name no clause of the jurisdiction."""
    prefix = f"{parts.jurisdiction.code.upper()}-"
    for one in differences(parts):
        if one.task and not any(clause.startswith(prefix) for clause in one.task.clauses):
            yield RULE.at_element(one.model, one.task.element, f"{one.said}，但没有注明本地区的条文")

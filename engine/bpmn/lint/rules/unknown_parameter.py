"""Limits that no parameter gives."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unknown-parameter", says="期限用的参数要有值")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the limits that name a parameter which this place does not have."""
    for model in parts.models.values():
        for task in model.tasks.values():
            for named in (task.limit, *task.watch):
                if named and named.feel is None and named.name not in parts.jurisdiction.parameters:
                    message = f"任务“{task.name}”的期限“{named.name}”不是本地参数"
                    yield RULE.at_element(model, task.element, message)

"""Tasks whose form is not there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="missing-form", says="任务的表单要有文件")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the tasks that nobody could answer; one without code and form is told to be without code."""
    for model in parts.models.values():
        for task in model.tasks.values():
            if task.form and task.form not in parts.forms and task.form not in parts.unread:
                yield RULE.at_element(model, task.element, f"任务“{task.name}”的表单“{task.form}”不存在")

"""Codes of several tasks."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import TaskModel
from engine.bpmn.parts import Parts

RULE = Rule(name="duplicate-code", says="一个任务代码只指一个任务")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the later of two tasks with one code; the same task may be drawn at several places."""
    seen: dict[str, tuple[str, TaskModel]] = {}
    for model in parts.models.values():
        for task in model.tasks.values():
            if not task.code:
                continue  # said by the rule ``code``
            key, first = seen.setdefault(task.code, (model.key, task))
            if (task.name, task.form) != (first.name, first.form):
                message = f"任务代码“{task.code}”用了两次：{key} 的“{first.name}”和 {model.key} 的“{task.name}”"
                yield RULE.at_element(model, task.element, message)

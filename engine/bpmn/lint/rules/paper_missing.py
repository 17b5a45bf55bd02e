"""Documents that a task makes and no template prints."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="paper-missing", says="任务形成的文书都有模板", severity="warning")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find documents without a template, where the place has templates at all."""
    if not parts.papers:
        return
    for model in parts.models.values():
        for task in model.tasks.values():
            for name in dict.fromkeys(one.name for one in task.documents):
                if name not in parts.papers:
                    message = f"文书“{name}”没有模板，只能按通用格式打印：请在 forms/base/documents 里加上 {name}.docx"
                    yield RULE.at_node(model, model.nodes[task.element], message)

"""Tasks that move or merge cases, or speak of a child of another case."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="moves", says="移交、并案和所指儿童要指明过程和字段")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the tasks that would move what is not there, or of which no field says to or about whom."""
    for model in parts.models.values():
        for task in model.tasks.values():
            if task.moves and task.moves.name not in parts.models and task.moves.name not in parts.unread:
                message = f"任务“{task.name}”要移交的过程“{task.moves.name}”没有发布"
                yield RULE.at_element(model, task.element, message)
            fields = parts.forms[task.form].schema["properties"] if task.form in parts.forms else None
            wanted = [task.moves.feel if task.moves else None, task.merges.name if task.merges else None, task.about]
            for key in wanted:
                if key and fields is not None and key.isidentifier() and key not in fields:
                    yield RULE.at_element(model, task.element, f"任务“{task.name}”的表单没有字段“{key}”")

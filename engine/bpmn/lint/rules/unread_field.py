"""Fields that are said to decide something, and decide nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.formfiles import deciding, expressions
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts
from engine.bpmn.safetext import find_line

_SAYS = "写了 x-decides 的字段，应有条件、期限、决策表或派办用到它"
RULE = Rule(name="unread-field", says=_SAYS, severity="note", whole=True)

_WORDS = re.compile(r"[^\W\d]\w*")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find fields that become process data and that no diagram, form or table ever names."""
    read = set(_WORDS.findall(" ".join(_texts(parts))))
    for form in parts.forms.values() if parts.models else ():
        for key in deciding(form.schema):
            if key not in read:
                title = form.schema["properties"][key].get("title", key)
                message = f"“{title}”（{key}）写了 x-decides，但没有哪里用到它；不影响办理的，可以去掉 x-decides"
                yield RULE.at_file(form.file, message, element=key, line=find_line(form.text, f'"{key}"'))


def _texts(parts: Parts) -> Iterator[str]:
    for model in parts.models.values():
        yield from (one.text for one in model.expressions)
        yield from (one.name for node in model.nodes.values() for one in node.notify)
        for task in model.tasks.values():
            yield task.role
            yield from (
                one.name for one in (*task.notify, *task.overdue_notify, *([task.merges] if task.merges else []))
            )
            yield (task.moves.feel if task.moves else None) or ""
    for form in parts.forms.values():
        yield from (text for _, text in expressions(form.schema))
    for _, table in parts.tables.values():
        yield from (one.text or "" for one in table.model.root.iter("{*}text"))

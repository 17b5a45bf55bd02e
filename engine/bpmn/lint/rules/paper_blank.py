"""Blanks of a paper's template that nothing can fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.findings import Finding
from engine.bpmn.formfiles import kind_of
from engine.bpmn.lint.rule import Remark, Rule
from engine.bpmn.paperfiles import ANSWER_COLUMNS, ANSWERS, GENERAL, HEAD, PaperFile
from engine.bpmn.parts import Parts

RULE = Rule(name="paper-blank", says="文书模板的填空都是表单里的字段", local=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find blanks that are no field of a task that makes the paper, nor of the child's file."""
    for paper in parts.papers.values():
        schemas = _schemas(parts, paper)
        if not schemas:
            continue  # no task makes it here: nobody can say what its fields are
        for name, column in sorted(paper.blanks):
            if not _is_known(name, column, schemas):
                shown = f"{name}.{column}" if column else name
                message = f"填空“{shown}”不是表单的字段，打印出来会是空白：请改成表单里的字段，或删去"
                yield RULE.of(Remark(kind="", message=message, file=paper.file, element=shown))


def _schemas(parts: Parts, paper: PaperFile) -> list[Mapping[str, Any]]:
    """Return the fields of the tasks that make a paper, and those of the child's file."""
    made_by = {
        task.form
        for model in parts.models.values()
        for task in model.tasks.values()
        if paper.name == GENERAL or any(one.name == paper.name for one in task.documents)
    }
    forms = [parts.forms[form].schema["properties"] for form in sorted(made_by) if form in parts.forms]
    return [*forms, *(block.get("properties", {}) for block in parts.blocks.values())] if forms else []


def _is_known(name: str, column: str, schemas: list[Mapping[str, Any]]) -> bool:
    if name == ANSWERS:
        return column in ANSWER_COLUMNS
    if not column and name in HEAD:
        return True
    fields = [schema[name] for schema in schemas if name in schema]
    if column:
        return any(column in (one.get("items") or {}).get("properties", {}) for one in fields)
    return any(kind_of(one) != "table" for one in fields)

"""Names that nobody gives."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.bpmn.decisionfiles import DecisionFile
from engine.bpmn.decisions.source import Element, children, line_of, name_of, text
from engine.bpmn.findings import Finding
from engine.bpmn.lint import known, texts
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unknown-name", says="表达式里的名称要有人给出")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the names in texts, and the inputs of tables, that would always be null.

    Of a procedure to be published that lacks a form or a decision nobody can say what it lacks beside.
    """
    here = parts.jurisdiction.code
    partial = {model.file for model in parts.models.values() if here and not parts.is_whole(model)}
    yield from (RULE.of(one) for one in texts.remarks(parts) if one.kind == "name" and one.file not in partial)
    for key, (file, table) in parts.tables.items():
        for model in known.callers(parts, key):
            if model.file not in partial:
                yield from _inputs(table, file, parts.process_names(model) | texts.SOMEWHERE | {*parts.parameters})


def _inputs(table: DecisionFile, file: str, names: Collection[str]) -> Iterator[Finding]:
    for element in children(table.model.root, "inputData"):
        name = name_of(element)
        if name not in names:
            message = f"决策表读取“{name}”，但没有表单、参数或决策给出它，它总是空的"
            at = _first_use(table, name)
            at = element if at is None else at
            yield RULE.at_file(file, message, element=at.get("id") or "", line=line_of(at))


def _first_use(table: DecisionFile, name: str) -> Element | None:
    """Return the column that reads a name; input data are made up where a file declares none."""
    uses = (one for one in table.model.root.iter("{*}inputExpression") if name in (text(one) or ""))
    return next((one if one.get("id") else one.getparent() for one in uses), None)

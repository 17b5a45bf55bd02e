"""Code and formulas in the texts of forms, decision tables and the directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.decisions import Decision
from engine.bpmn.findings import Finding
from engine.bpmn.formfiles import EXPRESSIONS
from engine.bpmn.lint import codetext
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts
from engine.bpmn.safetext import find_line
from engine.bpmn.xmltext import line_of

RULE = Rule(name="form-code", says="表单、决策表和名录的文字里不能写程序代码和公式")

#: Tags of a decision table whose texts are worked out.
_CELLS = frozenset({"inputExpression", "inputEntry", "outputEntry", "inputValues", "outputValues", "literalExpression"})


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find code where people read, and where FEEL belongs."""
    for form in parts.forms.values():
        yield from of_form(form.schema, form.text, file=form.file)
    for file, table in parts.tables.values():
        yield from of_table(table, file=file)
    for file, key, said, line in _of_registers(parts):
        if label := _shown(said):
            yield RULE.at_file(file, _said(said, label), element=key, line=line)


def _of_registers(parts: Parts) -> Iterator[tuple[str, str, str, int]]:
    """Yield file, key, text and line of the names of a place, its units and parameters, the events and the roles."""
    here = parts.jurisdiction
    places = [("name", here.name), ("document", here.document)]
    places += [(area.key, area.name) for area in here.areas] + [(unit.key, unit.name) for unit in here.units]
    yield from ((parts.file, key, name, 0) for key, name in places)
    for one in here.parameters.values():
        yield from ((parts.file, one.key, said, one.line) for said in _strings([one.raw, one.word]))
    for event in parts.events.values():
        titles = (event.label, *(field.title for field in event.fields), *_strings([f.options for f in event.fields]))
        yield from (("processes/events.yaml", event.name, said, 0) for said in titles)
    yield from (("processes/roles.yaml", role.key, role.name, 0) for role in parts.roles.values())


def of_form(schema: Mapping[str, Any], text: str, *, file: str) -> Iterator[Finding]:
    """Yield the code in what a form shows, offers or works out."""
    for key, said, worked_out in _of_form(schema):
        label = codetext.not_feel(said) if worked_out else _shown(said)
        if label:
            line = find_line(text, f'"{key}"') if key else 0
            yield RULE.at_file(file, _said(said, label), element=key, line=line)


def of_table(table: Decision, *, file: str) -> Iterator[Finding]:
    """Yield the code in the names, cells and notes of a decision file."""
    for element in table.model.root.iter("{*}*"):
        for attribute in ("name", "label"):
            said = element.get(attribute) or ""
            if label := _shown(said):
                key = element.get("id") or ""
                yield RULE.at_file(file, _said(said, label), element=key, line=line_of(element))
        parent = element.getparent()
        tag = "" if parent is None else str(parent.tag).rpartition("}")[2]
        if str(element.tag).endswith(("}text", "}description")):
            said = element.text or ""
            label = codetext.not_feel(said) if tag in _CELLS else _shown(said)
            if label and parent is not None:
                key = parent.get("id") or ""
                yield RULE.at_file(file, _said(said, label), element=key, line=line_of(element))


def _of_form(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield each text of a form with its field, and whether it is FEEL."""
    yield from (("", said, False) for said in _strings([schema.get(key) for key in ("title", "description", "x-note")]))
    for rule in schema.get("x-must", ()):
        yield str(rule.get("field", "")), str(rule.get("message", "")), False
        yield str(rule.get("field", "")), str(rule.get("when", "")), True
    for key, prop in schema.get("properties", {}).items():
        plain = {name: value for name, value in prop.items() if name not in EXPRESSIONS and name != "pattern"}
        yield from ((key, said, False) for said in _strings(plain))
        yield from ((key, str(prop[name]), True) for name in EXPRESSIONS if name in prop)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)


def _shown(said: str) -> str:
    return codetext.code_in(said) or codetext.formula_in(said)


def _said(said: str, label: str) -> str:
    return f"“{codetext.shown(said)}”是{label}：表单和名称里请只写普通文字，条件只写 FEEL"

"""Reads form files: a form with its blocks as one schema, what in it decides, and its expressions. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.findings import Finding
from engine.bpmn.safetext import find_line

#: Kind → the JSON type that a property of this kind has.
TYPES: Mapping[str, str] = {
    "text": "string",
    "int": "integer",
    "number": "number",
    "bool": "boolean",
    "date": "string",
    "datetime": "string",
    "enum": "string",
    "multi": "array",
    "ref": "string",
    "table": "array",
    "file": "array",
    "area": "string",
}
_FORMATS = {"date": "date", "datetime": "date-time"}
#: Properties that hold FEEL, by what they are for.
EXPRESSIONS = ("x-visible-when", "x-required-when", "x-prefill")
_FORM_KEYS = frozenset(
    {"$schema", "$id", "title", "description", "type", "additionalProperties", "properties", "required"}
    | {"x-blocks", "x-must", "x-clauses", "x-note", "x-code"}
)
_FIELD_KEYS = frozenset(
    {"title", "description", "type", "format", "enum", "items", "uniqueItems", "minimum", "maximum", "multipleOf"}
    | {"minLength", "maxLength", "pattern", "minItems", "maxItems", "default", "x-ui", "x-decides", "x-auto"}
    | {"x-masked", "x-sensitive", "x-clauses", "x-note", "x-risk", *EXPRESSIONS}
)
_UI_KEYS = frozenset({"kind", "labels", "hint", "refs", "rows", "width"})


@dataclass(frozen=True, kw_only=True)
class FormFile:
    """A form with its blocks merged, and the file it came from."""

    code: str
    file: str
    schema: Mapping[str, Any]
    text: str = field(default="", repr=False)

    def line_of(self, feel: str) -> int:
        """Return the line on which an expression stands."""
        return find_line(self.text, json.dumps(feel, ensure_ascii=False))


def merged(form: Mapping[str, Any], blocks: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the form with its blocks' fields before its own; a field of the form replaces a block's.

    A block's ``required`` does not hold in the form; its ``x-must`` does.
    """
    named = [blocks[key] for key in form.get("x-blocks", ()) if key in blocks]
    own = form.get("properties", {})
    properties: dict[str, Any] = {}
    for block in named:
        properties |= {key: prop for key, prop in block.get("properties", {}).items() if key not in own}
    must = [rule for block in named for rule in block.get("x-must", ())] + list(form.get("x-must", ()))
    rest = {key: value for key, value in form.items() if key != "x-blocks"}
    return {**rest, "properties": properties | own, "x-must": must, "required": list(form.get("required", ()))}


def kind_of(prop: Mapping[str, Any]) -> str:
    """Return the kind of a field; a text where it says nothing."""
    ui = prop.get("x-ui")
    return str(ui.get("kind", "text")) if isinstance(ui, Mapping) else "text"


def deciding(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of the fields whose values become process data."""
    return tuple(key for key, prop in schema.get("properties", {}).items() if prop.get("x-decides") is True)


def expressions(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every FEEL text of a form with the field at which it stands."""
    for key, prop in schema.get("properties", {}).items():
        for name in EXPRESSIONS:
            if isinstance(prop.get(name), str):
                yield key, prop[name]
    for rule in schema.get("x-must", ()):
        if isinstance(rule, Mapping) and isinstance(rule.get("when"), str):
            yield str(rule.get("field", "")), rule["when"]


def check_form(schema: Any, *, file: str, text: str, roles: Collection[str]) -> list[Finding]:
    """Return what keeps a form or block from being shown; FEEL is looked at elsewhere."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        return [Finding(rule="form", message="表单要是一个有 properties 的 JSON 对象", file=file)]
    problems = [("", rule, message) for rule, message in _form_problems(schema)]
    for key, prop in schema["properties"].items():
        problems += [(key, rule, message) for rule, message in _field_problems(key, prop, roles)]
    return [
        Finding(rule=rule, message=message, file=file, element=key, line=find_line(text, f'"{key}"') if key else 0)
        for key, rule, message in problems
    ]


def _form_problems(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if schema.get("additionalProperties") is not False:
        yield "form", "表单要写 additionalProperties: false"
    for key in sorted(set(schema) - _FORM_KEYS):
        yield "form-key", f"表单不认识“{key}”"
    for rule in schema.get("x-must", ()):
        if not isinstance(rule, Mapping) or not {"when", "field", "message"} <= set(rule):
            yield "form", "x-must 的每一条都要有 when、field 和 message"


def _field_problems(key: str, prop: Any, roles: Collection[str]) -> Iterator[tuple[str, str]]:
    if not isinstance(prop, Mapping):
        yield "field", f"字段“{key}”要是一个对象"
        return
    if not isinstance(prop.get("title"), str) or not prop["title"].strip():
        yield "field-title", f"字段“{key}”没有标题"
    kind = kind_of(prop)
    if kind not in TYPES:
        yield "field-kind", f"字段“{key}”的类型“{kind}”无法识别"
        return
    if prop.get("type") != TYPES[kind]:
        yield "field-type", f"字段“{key}”是 {kind}，type 应为 {TYPES[kind]}"
    if kind in _FORMATS and prop.get("format") != _FORMATS[kind]:
        yield "field-type", f"字段“{key}”是 {kind}，format 应为 {_FORMATS[kind]}"
    for unknown in sorted(set(prop) - _FIELD_KEYS):
        yield "field-key", f"字段“{key}”不认识“{unknown}”"
    yield from _ui_problems(key, prop, kind, roles)


def _ui_problems(key: str, prop: Mapping[str, Any], kind: str, roles: Collection[str]) -> Iterator[tuple[str, str]]:
    ui = prop.get("x-ui") if isinstance(prop.get("x-ui"), Mapping) else {}
    assert isinstance(ui, Mapping)  # noqa: S101 - for the type checker
    for unknown in sorted(set(ui) - _UI_KEYS):
        yield "field-key", f"字段“{key}”的 x-ui 不认识“{unknown}”"
    items = prop.get("items") if isinstance(prop.get("items"), Mapping) else {}
    options = prop.get("enum") if kind == "enum" else (items or {}).get("enum") if kind == "multi" else None
    if kind in {"enum", "multi"} and not options:
        yield "field-options", f"字段“{key}”没有选项"
    for label in ui.get("labels", {}):
        if label not in (options or ()):
            yield "field-options", f"字段“{key}”的标签“{label}”不是它的选项"
    if kind == "table" and not isinstance((items or {}).get("properties"), Mapping):
        yield "field-columns", f"表格“{key}”没有列"
    for role in (*ui.get("refs", ()), *prop.get("x-masked", ())):
        if role not in roles:
            yield "unknown-role", f"字段“{key}”的角色“{role}”不在角色表中"

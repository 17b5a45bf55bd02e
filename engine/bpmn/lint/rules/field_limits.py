"""Fields whose bounds or default no answer can keep to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts
from engine.bpmn.safetext import find_line

RULE = Rule(name="field-limits", says="字段的长度、大小和默认值要说得通，有答案能填得进去")

_PAIRS = (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems"))


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the fields of all forms that refuse every answer, or their own default."""
    for form in parts.forms.values():
        for key, prop in form.schema.get("properties", {}).items():
            if reason := _reason(prop):
                message = f"字段“{key}”的{reason}：请改正，不然这张表填不完"
                yield RULE.at_file(form.file, message, element=key, line=find_line(form.text, f'"{key}"'))


def _reason(prop: Mapping[str, Any]) -> str:
    plain = {name: value for name, value in prop.items() if not name.startswith("x-") and name != "pattern"}
    try:
        Draft202012Validator.check_schema(plain)
    except SchemaError as error:
        return f"“{error.path[-1] if error.path else 'type'}”写得不对"
    for least, most in _PAIRS:
        if least in prop and most in prop and prop[least] > prop[most]:
            return f"“{least}”比“{most}”大"
    if "default" in prop and not Draft202012Validator(plain).is_valid(prop["default"]):
        return "默认值自己就填不进去"
    return ""

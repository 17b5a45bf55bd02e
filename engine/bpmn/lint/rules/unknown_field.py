"""Rules of a form about fields that it does not have."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unknown-field", says="表单里提到的字段要在表单里")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the rules whose message would stand at no field."""
    for form in parts.forms.values():
        for rule in form.schema.get("x-must", ()):
            if rule["field"] and rule["field"] not in form.schema["properties"]:
                message = f"x-must 的字段“{rule['field']}”不是表单的字段"
                yield RULE.at_file(form.file, message, element=rule["field"])

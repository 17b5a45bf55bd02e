"""Keys of fields that are no keys, or look like others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.findings import Finding
from engine.bpmn.lint import characters
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts
from engine.bpmn.safetext import find_line

RULE = Rule(name="odd-field", says="字段的键只用小写字母、数字和下划线，以字母开头")

MOST = 60
_KEY = re.compile(r"[a-z][a-z0-9_]*")
#: Names that FEEL and programs have for something else.
_TAKEN = frozenset({"true", "false", "null", "case", "now", "constructor", "prototype"})


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the keys of fields and columns that two people would read differently, or a program would keep."""
    for form in parts.forms.values():
        for key in _keys(form.schema.get("properties", {})):
            if reason := _reason(key):
                message = f"字段的键{reason}：请改为如 visit_date 的键，用到它的条件也一起改"
                yield RULE.at_file(form.file, message, element=key, line=find_line(form.text, f'"{key}"'))


def _keys(fields: Mapping[str, Any]) -> Iterator[str]:
    for key, prop in fields.items():
        yield key
        items = prop.get("items")
        if isinstance(items, Mapping) and isinstance(items.get("properties"), Mapping):
            yield from _keys(items["properties"])


def _reason(key: str) -> str:
    if odd := [*characters.unseen(key), *characters.foreign_letters(key)]:
        return f"“{key}”里的{characters.shown(odd)}看不见，或者看上去像别的字母"
    if len(key) > MOST:
        return f"“{key[:20]}…”超过{MOST}个字"
    if key in _TAKEN:
        return f"“{key}”另有用处，条件里分不清"
    return "" if _KEY.fullmatch(key) else f"“{key}”不是小写字母、数字和下划线"

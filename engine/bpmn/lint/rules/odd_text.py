"""Texts of forms and decision tables that people would misread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.findings import Finding
from engine.bpmn.lint import characters
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts
from engine.bpmn.safetext import find_line
from engine.bpmn.xmltext import line_of

RULE = Rule(name="odd-text", says="表单和决策表的文字要人人看得清、读得一样")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find hidden and mistakable signs in what forms and tables show, offer and compare."""
    for form in parts.forms.values():
        head = {key: value for key, value in form.schema.items() if key != "properties"}
        for key, texts in [("", head), *form.schema["properties"].items()]:
            if reason := next((found for said in _strings(texts) if (found := _reason(said))), ""):
                line = find_line(form.text, f'"{key}"') if key else 0
                yield RULE.at_file(form.file, reason, element=key, line=line)
    for file, table in parts.tables.values():
        for element in table.model.root.iter("{*}*"):
            said = (*(str(value) for value in element.attrib.values()), element.text or "")
            if reason := next((found for one in said if (found := _reason(one))), ""):
                near = (one.get("id") for one in (element, *element.iterancestors()))
                key = next((one for one in near if one), "")
                yield RULE.at_file(file, reason, element=key, line=line_of(element))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key)
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def _reason(text: str) -> str:
    if unseen := characters.unseen(text):
        return f"文字里有看不见的字符{characters.shown(unseen)}，读到的和存下的不一样：请重新输入这段文字"
    if pictures := characters.pictures(text):
        return f"文字里有图形字符{characters.shown(pictures)}，文书和清单里显示不出来：请改用文字"
    if mixed := characters.mixed_words(text):
        return f"文字里的“{mixed[0]}”混有别的文字里形状相像的字母，分不清是哪一个：请重新输入"
    return ""

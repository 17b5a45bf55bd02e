"""Patterns of fields that are none, or that one answer can keep busy for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts
from engine.bpmn.safetext import find_line

RULE = Rule(name="slow-pattern", says="字段的格式要求（pattern）要写得对，并且对任何输入都很快算完")

MOST = 200
#: What stands in a pattern: an escaped sign, a class, a bracket, or a repetition.
_PIECES = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[:=!<]*|[()|]|[*+?]|\{\d*,?\d*\}", re.DOTALL)
_OFTEN = re.compile(r"[*+]|\{\d*,\d*\}|\{\d{2,}\}")
_BACKWARDS = re.compile(r"\\[1-9]")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the patterns of all fields that cannot be read, or repeat what already repeats."""
    for form in parts.forms.values():
        for key, prop in form.schema.get("properties", {}).items():
            pattern = prop.get("pattern")
            if pattern is not None and (reason := _reason(pattern)):
                message = f"字段“{key}”的格式要求{reason}：请改得简单些，如 ^[0-9]{{6}}$，或写在提示里由人核对"
                yield RULE.at_file(form.file, message, element=key, line=find_line(form.text, f'"{key}"'))


def _reason(pattern: object) -> str:
    if not isinstance(pattern, str):
        return "不是文字"
    if len(pattern) > MOST:
        return f"超过{MOST}个字"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return f"“{pattern}”不是正则表达式"
    return "在重复里又有重复，一个长的答案就能让系统算不完" if _repeats_repetition(pattern) else ""


def _repeats_repetition(pattern: str) -> bool:
    """Whether a group that has a choice or a repetition in it is itself repeated; backreferences count as well."""
    open_groups = [False]
    closed = -1  # where a group ended that must not be repeated
    for found in _PIECES.finditer(pattern):
        piece = found.group()
        if _BACKWARDS.fullmatch(piece) or (found.start() == closed and _OFTEN.fullmatch(piece)):
            return True
        if piece.startswith("("):
            open_groups.append(False)
        elif piece == ")":
            inner = open_groups.pop()
            open_groups[-1] = open_groups[-1] or inner
            closed = found.end() if inner else -1
        elif piece == "|" or _OFTEN.fullmatch(piece):
            open_groups[-1] = True
    return False

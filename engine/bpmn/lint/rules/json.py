"""Files that are no JSON. engine.bpmn.safetext looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="json", says="表单文件是合格的 JSON")

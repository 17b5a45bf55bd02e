"""Files that are no YAML. engine.bpmn.safetext looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="yaml", says="参数文件是合格的 YAML")

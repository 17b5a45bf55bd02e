"""Tables without columns. engine.bpmn.formfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="field-columns", says="表格字段要列出列")

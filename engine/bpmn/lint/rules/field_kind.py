"""Fields of an unknown kind. engine.bpmn.formfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="field-kind", says="字段的类型是列出的一种")

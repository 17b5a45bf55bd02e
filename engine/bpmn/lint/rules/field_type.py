"""Fields whose JSON type does not fit. engine.bpmn.formfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="field-type", says="字段的 type 要与类型相符")

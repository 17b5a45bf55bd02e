"""Fields that are no objects. engine.bpmn.formfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="field", says="字段要写成一个对象")

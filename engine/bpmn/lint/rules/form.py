"""Forms that are no forms. engine.bpmn.formfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="form", says="表单是一个写明字段的对象")

"""Diagrams, forms and templates of papers that no place takes up. engine.service.checking looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="unused-file", says="流程图、表单和文书模板都有地区用到", severity="warning")

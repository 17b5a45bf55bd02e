"""Diagrams and forms that no place takes up. engine.service.checking looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="unused-file", says="流程图和表单都有地区用到", severity="warning")

"""Procedures without a diagram. engine.bpmn.release looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="missing-procedure", says="要发布的过程要有流程图")

"""Diagrams whose process has another id. engine.bpmn.release looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="process-id", says="过程的编号与文件名相同")

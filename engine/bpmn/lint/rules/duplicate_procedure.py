"""Procedures that are listed twice. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="duplicate-procedure", says="发布清单里一个过程只写一次")

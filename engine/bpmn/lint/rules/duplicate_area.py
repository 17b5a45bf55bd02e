"""Areas that are listed twice. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="duplicate-area", says="一个地区只写一次")

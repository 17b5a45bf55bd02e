"""Keys that stand twice. engine.bpmn.safetext looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="duplicate-key", says="同一个键只写一次")

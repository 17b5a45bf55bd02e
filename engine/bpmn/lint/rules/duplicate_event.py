"""Events that are defined twice. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="duplicate-event", says="一个事件只定义一次")

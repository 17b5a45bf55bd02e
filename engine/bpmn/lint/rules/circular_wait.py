"""Procedures that wait for messages of each other; engine.bpmn.soundness looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="circular-wait", says="几个过程不互相等着对方的消息")

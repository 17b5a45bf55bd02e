"""Ends that one run reaches twice; engine.bpmn.soundness looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="improper-completion", says="同时走的几条路不各自走到同一个结束事件")

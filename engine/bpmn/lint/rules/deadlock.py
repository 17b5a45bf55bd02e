"""Instances that can move no more and have not ended; engine.bpmn.soundness looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="deadlock", says="每一件办理都走得下去，不会卡住")

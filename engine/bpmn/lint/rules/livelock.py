"""Instances that go on for ever; engine.bpmn.soundness looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="livelock", says="每一件办理都走得到结束")

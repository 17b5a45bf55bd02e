"""Nodes that no run comes to; engine.bpmn.soundness looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="dead-activity", says="每个节点都有一种情形会走到")

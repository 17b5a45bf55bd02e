"""Diagrams with more states than are looked at; engine.bpmn.soundness looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="inconclusive", says="流程图不过于复杂，能查清会不会卡住", severity="warning")

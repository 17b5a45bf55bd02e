"""Areas that hang in the air. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="unknown-area", says="单位和下级地区要挂在写明的地区下")

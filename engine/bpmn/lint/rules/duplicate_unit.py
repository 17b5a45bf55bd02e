"""Units that are listed twice. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="duplicate-unit", says="一个单位只登记一次")

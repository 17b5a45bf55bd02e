"""Parameters without a value, or without a source. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="parameter", says="参数要有值和出处")

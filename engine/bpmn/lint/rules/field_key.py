"""Keys of a field that nobody reads. engine.bpmn.formfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="field-key", says="字段里只写认识的项")

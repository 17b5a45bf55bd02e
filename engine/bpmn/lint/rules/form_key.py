"""Keys of a form that nobody reads. engine.bpmn.formfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="form-key", says="表单上只写认识的项")

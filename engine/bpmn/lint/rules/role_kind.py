"""Roles of an unknown kind. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="role-kind", says="角色的种类是列出的一种")

"""Roles that are defined twice. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="duplicate-role", says="一个角色只定义一次")

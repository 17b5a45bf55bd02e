"""Keys of roles that are no keys. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="role-key", says="角色的键只用小写字母、数字和下划线")

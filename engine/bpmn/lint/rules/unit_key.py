"""Units that bear another place's key. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="unit-key", says="单位的键以本地区的代码开头")

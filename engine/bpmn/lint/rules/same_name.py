"""Files whose names look the same and are not. engine.service.strays looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="same-name", says="两个文件的名称不能看上去一样")

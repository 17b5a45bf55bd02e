"""Files that a release cannot do without. engine.bpmn.release looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="missing-file", says="发布要用的文件一个不少")

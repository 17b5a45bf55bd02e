"""Files of another jurisdiction. engine.bpmn.release looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="jurisdiction", says="地区的文件与地区代码相符")

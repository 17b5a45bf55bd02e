"""Processing instructions. Found before the diagram is read (``engine.bpmn.xmlguard``)."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="instruction", says="文件里没有处理指令")

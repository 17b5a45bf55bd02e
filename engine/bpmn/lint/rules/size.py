"""Files that are too much to read. Found before the diagram is read (``engine.bpmn.xmlguard``)."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="size", says="文件不超过2兆字节、2万个元素、100层")

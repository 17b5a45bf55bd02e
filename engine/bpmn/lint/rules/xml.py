"""Files that are no XML. Found before the diagram is read (``engine.bpmn.xmlguard``)."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="xml", says="文件是完整的XML")

"""DOCTYPE declarations and entities. Found before the diagram is read (``engine.bpmn.xmlguard``)."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="doctype", says="文件里没有DOCTYPE声明和实体")

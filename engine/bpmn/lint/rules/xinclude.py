"""XInclude. Found before the diagram is read (``engine.bpmn.xmlguard``)."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="xinclude", says="文件里不引入别的文件")

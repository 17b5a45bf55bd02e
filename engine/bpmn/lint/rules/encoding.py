"""Files in another encoding. Found before the diagram is read (``engine.bpmn.xmlguard``)."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="encoding", says="文件用UTF-8编码")

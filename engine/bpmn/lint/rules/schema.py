"""What the schemas of BPMN and DMN do not allow. Found before the diagram is read (``engine.bpmn.xsd``)."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="schema", says="文件合乎BPMN和DMN的规范")

"""Files of a kind that nobody here reads. engine.service.elsewhere looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="file-kind", says="文件的后缀是 .bpmn、.dmn、.json 或 .yaml，用小写")

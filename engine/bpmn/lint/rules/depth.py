"""YAML that is nested too deeply. engine.bpmn.safetext looks for it."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="depth", says="YAML 文件的嵌套不超过40层")

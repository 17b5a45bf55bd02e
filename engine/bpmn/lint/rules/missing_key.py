"""Entries that lack a word. engine.bpmn.directoryfiles looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="missing-key", says="该写的项都要写")

"""Branches that run at the same time and are merged as if only one did; engine.bpmn.soundness looks for them."""

from __future__ import annotations

from engine.bpmn.lint.rule import Rule

RULE = Rule(name="lack-of-synchronisation", says="并行分开的路要先汇合，再往下办")

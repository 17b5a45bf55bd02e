"""What a jurisdiction's diagram changes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.differences import differences
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="override", says="本地区改动了基础流程图的，逐项列出", severity="note")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Say what the jurisdiction's own diagram adds, leaves out or changes."""
    for one in differences(parts):
        yield RULE.at_element(one.model, one.task.element if one.task else "", one.said)

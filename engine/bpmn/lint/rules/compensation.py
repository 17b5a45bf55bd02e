"""Compensation: events that call it and activities that are for it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, events

RULE = Rule(name="compensation", says="不画补偿：撤回的步骤另画任务")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the events that ask for compensation and the activities that should give it."""
    for event, kinds in events(root):
        if kinds == ["compensate"]:
            message = f"补偿事件{called(event)}什么也不会撤回：请用网关引到撤回的任务"
            yield RULE.at(event, message, file=file)
    for one in elements(root, "*"):
        if one.get("isForCompensation") in {"true", "1"}:
            message = f"{called(one)}标为补偿用，永远不会办：请用顺序流引到这里"
            yield RULE.at(one, message, file=file)

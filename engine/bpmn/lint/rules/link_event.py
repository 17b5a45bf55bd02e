"""Link events."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, events

RULE = Rule(name="link-event", says="不画链接事件：用顺序流直接相连")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find both ends of a link."""
    for event, kinds in events(root):
        if kinds == ["link"]:
            message = f"链接事件{called(event)}不会跳到另一头，走到这里就断了：请用顺序流直接连过去"
            yield RULE.at(event, message, file=file)

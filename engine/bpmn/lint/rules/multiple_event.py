"""Events with several definitions."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, events

RULE = Rule(name="multiple-event", says="一个事件只等一样")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the events that have several definitions, or say that they wait for all of them."""
    for event, kinds in events(root):
        if len(kinds) > 1 or event.get("parallelMultiple") in {"true", "1"}:
            message = f"事件{called(event)}带有多个定义，说不清等的是哪一个：请各画一个事件，用事件网关连起来"
            yield RULE.at(event, message, file=file)

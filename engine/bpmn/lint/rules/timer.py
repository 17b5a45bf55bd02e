"""Timers without a limit."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.diagram import EVENTS_OF, definitions
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, events
from engine.bpmn.xmltext import bpmn_children, local

RULE = Rule(name="timer", says="定时事件有且只有一个期限")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the timers that say nothing, or several things."""
    for event, kinds in events(root):
        if kinds != ["timer"] or "timer" not in EVENTS_OF[local(event)[1]]:
            continue
        texts = bpmn_children(definitions(event)[0], "timeDuration", "timeDate", "timeCycle")
        if len(texts) != 1 or not (texts[0].text or "").strip():
            message = f"定时事件{called(event)}没有写期限，或写了几个，不知道等到何时：请写一个时长、日期或参数名"
            yield RULE.at(event, message, file=file)

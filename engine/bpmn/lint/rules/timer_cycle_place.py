"""Timers that repeat."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, in_event_subprocess, owner
from engine.bpmn.xmltext import local

RULE = Rule(name="timer-cycle-place", says="重复的定时只用在不中断的边界事件上")

_ONCE = "只会发生一次，重复的定时在这里没有意义：请写时长，或改为不中断的边界事件"
_WHY = {"startEvent": "还不会按周期自动开始（这要等台账功能）：请由人手工开始，或由消息开始"}


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the cycles at events that can happen only once."""
    for one in elements(root, "timeCycle"):
        event = next(above for above in one.iterancestors() if not local(above)[1].endswith("Definition"))
        repeats = local(event)[1] == "boundaryEvent" and event.get("cancelActivity") in {"false", "0"}
        if not repeats and not in_event_subprocess(event):
            message = f"{called(event)}{_WHY.get(local(event)[1], _ONCE)}"
            yield RULE.at(event if event.get("id") else owner(one), message, file=file)

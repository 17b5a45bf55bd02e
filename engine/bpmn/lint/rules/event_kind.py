"""Kinds of events that the language does not have."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, events

RULE = Rule(name="event-kind", says="事件只有消息、定时和终止三种")

#: What each other kind is called, and what to draw instead.
_INSTEAD = {
    "signal": ("信号", "请用消息"),
    "error": ("错误", "请让办理人在表单里选明，再用网关分路"),
    "escalation": ("升级", "请用消息，或在任务上画定时边界事件"),
    "conditional": ("条件", "请用网关的条件，或在情况变化时发消息"),
    "cancel": ("取消", "请用消息边界事件"),
}


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the events of another kind; links and compensation have rules of their own."""
    for event, kinds in events(root):
        if len(kinds) == 1 and kinds[0] in _INSTEAD:
            kind, instead = _INSTEAD[kinds[0]]
            yield RULE.at(event, f"{kind}事件{called(event)}永远不会发生：{instead}", file=file)

"""Events at a place where they cannot stand."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.diagram import EVENTS_OF, allowed
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, events, is_inner
from engine.bpmn.xmltext import local

RULE = Rule(name="event-place", says="事件的种类要与它的位置相符")

#: The kinds of the language; any other has a rule of its own.
_KINDS = frozenset().union(*EVENTS_OF.values()) | {"timer"}
_TITLES = {"": "没有定义的", "message": "消息", "timer": "定时", "terminate": "终止"}
_PLACES = {
    "startEvent": ("开始事件", "过程由人手工开始，或由消息开始"),
    "endEvent": ("结束事件", "结束事件可以不带定义、发消息或终止"),
    "boundaryEvent": ("边界事件", "边界事件等消息或定时"),
    "intermediateCatchEvent": ("中间捕获事件", "请写明等哪个消息，或等多久"),
    "intermediateThrowEvent": ("中间抛出事件", "请写明发哪个消息；只作标记的请删去"),
}


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the events of a known kind that cannot happen where they stand."""
    for event, kinds in events(root):
        tag, kind = local(event)[1], (kinds or [""])[0]
        if len(kinds) > 1 or kind not in _KINDS or kind in allowed(tag, "inner" if is_inner(event) else "", kind):
            continue
        place, instead = _PLACES[tag]
        if tag == "startEvent" and is_inner(event):
            instead = "子过程由走到它的顺序流开始，里面的开始事件不带定义"
        yield RULE.at(event, f"{called(event)}：{place}不能是{_TITLES[kind]}事件，{instead}", file=file)

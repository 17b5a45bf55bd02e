"""Dashed lines between pools."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements
from engine.bpmn.pools import pool_of, pools, referred
from engine.bpmn.xmltext import local

RULE = Rule(name="message-flow", says="消息流连着两个不同的池")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the message flows with an end in the air, and those that stay in one pool."""
    known = {one.get("id"): one for one in elements(root, "*") if one.get("id")}
    for flow in elements(root, "messageFlow"):
        ends = [
            (title, known.get(referred(flow.get(name))))
            for title, name in (("起点", "sourceRef"), ("终点", "targetRef"))
        ]
        lacking = [title for title, end in ends if end is None]
        places = {_pool(root, end) for _, end in ends if end is not None}
        if lacking:
            message = f"消息流{called(flow)}没有连着{'和'.join(lacking)}：请接好，或删去"
            yield RULE.at(flow, message, file=file)
        elif len(places) == 1 and None not in places:
            message = f"消息流{called(flow)}两头在同一个池里：池里的先后请画顺序流，发给自己的消息请删去"
            yield RULE.at(flow, message, file=file)


def _pool(root: etree._Element, end: etree._Element) -> etree._Element | None:
    if end in pools(root):
        return end
    process = next((above for above in (end, *end.iterancestors()) if local(above)[1] == "process"), None)
    return None if process is None else pool_of(root, process)

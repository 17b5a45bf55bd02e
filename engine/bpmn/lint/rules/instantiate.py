"""Starts that are not start events."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="instantiate", says="过程只从开始事件开始")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the receive tasks and event gateways that would open an instance themselves."""
    for one in elements(root, "receiveTask", "eventBasedGateway"):
        if one.get("instantiate") in {"true", "1"}:
            message = f"{called(one)}标为“由它启动过程”，不起作用：请画消息开始事件"
            yield RULE.at(one, message, file=file)

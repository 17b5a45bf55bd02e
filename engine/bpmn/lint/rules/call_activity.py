"""Activities that call another process."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="call-activity", says="不画调用活动：过程之间用消息")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the call activities, whether the process they name is there or not."""
    for one in elements(root, "callActivity"):
        yield RULE.at(
            one,
            f"调用活动{called(one)}不会去办另一个过程：要启动别的过程请画消息，要在这里办的请画成嵌入子过程",
            file=file,
        )

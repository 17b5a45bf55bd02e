"""Sub-processes that an event opens."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="event-subprocess", says="不画事件子过程：用边界事件")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the event subprocesses; what stands in one is not looked at."""
    for one in elements(root, "subProcess"):
        if one.get("triggeredByEvent") in {"true", "1"}:
            message = f"事件子过程{called(one)}不会中断正在办的事，还会让过程结束不了：请在任务或子过程上画边界事件"
            yield RULE.at(one, message, file=file)

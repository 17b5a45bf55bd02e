"""Tasks that call another program."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="service-task", says="不画服务任务：没有可调用的外部服务")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the service tasks."""
    for one in elements(root, "serviceTask"):
        yield RULE.at(
            one,
            f"服务任务{called(one)}没有可调用的服务，走到这里就停住：由人办的画用户任务，按规则判断的画决策任务",
            file=file,
        )

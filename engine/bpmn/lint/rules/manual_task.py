"""Tasks of which the system hears nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="manual-task", says="不画手工任务：谁办、何时办完都要有记录")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the manual tasks."""
    for one in elements(root, "manualTask"):
        yield RULE.at(
            one, f"手工任务{called(one)}办没办、谁办的，系统都不知道：请画用户任务，写明任务代码和角色", file=file
        )

"""Tasks that say nothing of their kind."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="plain-task", says="任务要写明种类")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the tasks without a kind."""
    for one in elements(root, "task"):
        yield RULE.at(
            one, f"任务{called(one)}没有写明种类，不知道由人办还是由规则判断：请改为用户任务或决策任务", file=file
        )

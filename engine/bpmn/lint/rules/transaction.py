"""Sub-processes that promise to undo what was done."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="transaction", says="不画事务子过程")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the transactions."""
    for one in elements(root, "transaction"):
        yield RULE.at(
            one,
            f"事务子过程{called(one)}承诺可以撤回，已办的事却撤不回来：请画嵌入子过程，撤回的步骤另画任务",
            file=file,
        )

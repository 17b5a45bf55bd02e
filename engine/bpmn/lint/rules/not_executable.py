"""Processes that are drawn for reading only."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called
from engine.bpmn.pools import FALSE, main_process

RULE = Rule(name="not-executable", says="要办的过程不能标为“不可执行”")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the process that says of itself that it must not run."""
    process = main_process(root)
    if process is not None and process.get("isExecutable") in FALSE:
        message = f"过程{called(process)}标为不可执行（isExecutable），只是示意：确定要照此办理时，请改为可执行"
        yield RULE.at(process, message, file=file)

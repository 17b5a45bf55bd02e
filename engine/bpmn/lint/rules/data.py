"""Data objects and stores: drawn for people."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="data", says="数据对象和数据存储只是画给人看的", severity="note")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Say of each that nothing is kept in it."""
    for one in elements(root, "dataObjectReference", "dataStoreReference"):
        message = f"数据对象{called(one)}只是画给人看的：要留存的内容请写进任务的表单"
        yield RULE.at(one, message, file=file)

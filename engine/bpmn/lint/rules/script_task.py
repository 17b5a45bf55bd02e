"""Tasks that run a program."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="script-task", says="不画脚本任务：模型里的程序一律不执行")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the script tasks."""
    for one in elements(root, "scriptTask"):
        yield RULE.at(one, f"脚本任务{called(one)}里的程序不会执行：要算的写成网关的条件、决策表或表单字段", file=file)

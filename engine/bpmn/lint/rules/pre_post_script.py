"""Programs that run before or after a task."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, owner
from engine.bpmn.xmltext import SPIFF

RULE = Rule(name="pre-post-script", says="任务前后不带脚本：模型里的程序一律不执行")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the scripts that an editor hides in the extensions of a task."""
    for one in root.iter(f"{{{SPIFF}}}preScript", f"{{{SPIFF}}}postScript"):
        task = owner(one)
        message = f"{called(task)}的前后带有脚本，脚本不会执行：要算的写在属性 sets 里，要判断的写成网关的条件"
        yield RULE.at(task, message, file=file)

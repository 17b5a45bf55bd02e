"""Activities that want several tokens, or make them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="token-quantity", says="任务只等一次、只放行一次")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the quantities other than one."""
    for one in elements(root, "*"):
        for name in ("startQuantity", "completionQuantity"):
            if one.get(name, "1").strip() != "1":
                message = f"{called(one)}的 {name} 不是 1，不起作用：要等几路都到，请画并行网关"
                yield RULE.at(one, message, file=file)

"""Sub-processes without an order."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements

RULE = Rule(name="ad-hoc", says="不画即席子过程：先后要画明")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the ad-hoc sub-processes."""
    for one in elements(root, "adHocSubProcess"):
        yield RULE.at(
            one, f"即席子过程{called(one)}没有先后，也说不清何时算办完：请画嵌入子过程，用网关写明先后", file=file
        )

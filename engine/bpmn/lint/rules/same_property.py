"""Properties that an element has twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements
from engine.bpmn.xmltext import BPMN, SPIFF

RULE = Rule(name="same-property", says="一个属性只写一次")

_PROPERTY = f"{{{BPMN}}}extensionElements/{{{SPIFF}}}properties/{{{SPIFF}}}property"


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the elements of which only the last of two values would count."""
    for one in elements(root, "*"):
        given = Counter(part.get("name") or "" for part in one.iterfind(_PROPERTY))
        for name in (name for name, times in given.items() if times > 1):
            yield RULE.at(one, f"{called(one)}的属性“{name}”写了两次，只有后一个算数：请只留一个", file=file)

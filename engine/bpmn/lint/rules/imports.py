"""Files that refer to other files."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import elements

RULE = Rule(name="imports", says="文件不引用别的文件")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the imports; nothing is ever fetched."""
    for one in elements(root, "import"):
        place = (one.get("location") or one.get("namespace") or "")[:80]
        message = f"文件引用了“{place}”，那里的内容不会去取：请删去这个引用，要用的内容画在本文件里"
        yield RULE.at(one, message, file=file)

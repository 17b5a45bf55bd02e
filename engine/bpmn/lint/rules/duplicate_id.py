"""Ids that two elements have."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.xmltext import line_of, local

RULE = Rule(name="duplicate-id", says="一个编号在文件里只用一次")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the later of two elements with one id, anywhere in the file, shapes of the drawing too."""
    first: dict[str, etree._Element] = {}
    for one in root.iter(etree.Element):
        key = one.get("id")
        if not key or "omg.org" not in local(one)[0]:
            continue
        if first.setdefault(key, one) is not one:
            line = line_of(first[key])
            message = f"编号“{key}”第{line}行已经用过，分不清说的是哪一个：请换一个编号，引用它的地方也一起改"
            yield RULE.at(one, message, file=file)

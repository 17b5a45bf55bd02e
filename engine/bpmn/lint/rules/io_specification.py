"""Mappings of data into and out of activities."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner

RULE = Rule(name="io-specification", says="不写数据的输入输出映射：表单的字段全过程共用")

#: What editors write where somebody draws a dashed line to a data object.
_PLACEHOLDER = "__targetRef_placeholder"


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the activities that say what data they take; a dashed line without a formula is a drawing."""
    told: set[etree._Element] = set()
    for one in elements(root, "ioSpecification", "ioBinding", "property", "assignment", "transformation"):
        node = _shown(one)
        if one.get("name") == _PLACEHOLDER or node in told:
            continue
        told.add(node)
        message = (
            f"{called(node)}写了数据的输入、输出或变量，不会执行：请把要用的内容写成表单字段，要算的写在属性 sets 里"
        )
        yield RULE.at(node, message, file=file)


def _shown(part: etree._Element) -> etree._Element:
    """Return the node around a part; associations have an id, but are not what people see."""
    above = part.getparent()
    while above is not None and etree.QName(above).localname.endswith("Association"):
        above = above.getparent()
    return part if above is None else above if above.get("id") else owner(above)

"""Activities that are to be done several times side by side."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner

RULE = Rule(name="multi-instance", says="不用多实例标记：几家单位都要办时用属性 each 或角色 a+b")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the markers of multiple instances."""
    for one in elements(root, "multiInstanceLoopCharacteristics"):
        yield RULE.at(
            owner(one),
            f"{called(owner(one))}的多实例标记不起作用，只会办一次：几家单位各办一份的，请用属性 each 或角色“a+b”",
            file=file,
        )

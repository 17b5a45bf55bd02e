"""Activities that are to be repeated."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner

RULE = Rule(name="loop-marker", says="不用循环标记：要重办的画出返回的路")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the markers of loops."""
    for one in elements(root, "standardLoopCharacteristics"):
        yield RULE.at(
            owner(one),
            f"{called(owner(one))}的循环标记不起作用，只会办一次：要重办的，请用网关画一条返回的顺序流",
            file=file,
        )

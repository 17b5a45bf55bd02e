"""Elements that no rule and no reader knows."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.diagram import DRAWN_ONLY, LEVELS, NODES
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements
from engine.bpmn.xmltext import bpmn_children, local

RULE = Rule(name="unknown-element", says="只画模型语言里有的元素")

#: What a rule of its own refuses, with what to draw instead.
_REFUSED = LEVELS | {
    *("scriptTask", "serviceTask", "manualTask", "task", "callActivity", "complexGateway"),
}


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the elements of a level that would be passed over in silence."""
    known = NODES | DRAWN_ONLY | _REFUSED | {"sequenceFlow"}
    for level in elements(root, "process", *LEVELS):
        for one in bpmn_children(level):
            tag = local(one)[1]
            if tag not in known:
                message = (
                    f"{called(one)}是“{tag}”，模型语言里没有，走到这里没有人知道怎么办：请改用用户任务、网关或事件"
                )
                yield RULE.at(one, message, file=file)

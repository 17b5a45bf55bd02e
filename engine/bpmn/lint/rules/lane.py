"""Lanes that do not say who is in them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements
from engine.bpmn.xmltext import bpmn_children

RULE = Rule(name="lane", says="每个节点只在一条泳道里，泳道里的节点都在图上")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the nodes in two lanes, and the lanes that name a node which is not there."""
    known = {one.get("id"): one for one in elements(root, "*") if one.get("id")}
    first: dict[str, etree._Element] = {}
    for lane in elements(root, "lane"):
        for key in dict.fromkeys((ref.text or "").strip() for ref in bpmn_children(lane, "flowNodeRef")):
            node, other = known.get(key), first.setdefault(key, lane)
            if node is None:
                message = f"泳道{called(lane)}里的“{key}”不在图上：请把它从泳道里删去，或补画这个节点"
                yield RULE.at(lane, message, file=file)
            elif other is not lane and other not in lane.iterancestors():
                message = f"{called(node)}同时在泳道{called(other)}和{called(lane)}里，说不清归谁办：请只留在一条泳道里"
                yield RULE.at(node, message, file=file)
            first[key] = lane

"""Pools in which nothing happens."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements
from engine.bpmn.pools import is_empty, main_process, pool_of, pools, processes, referred
from engine.bpmn.xmltext import line_of

RULE = Rule(name="empty-pool", says="池里要有过程，或者是只画消息往来的对方")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the pools with an empty process; a pool without one stands for somebody else, and needs a message."""
    main = main_process(root)
    for one in processes(root):
        if one is not main and is_empty(one):
            pool = pool_of(root, one)
            shown = one if pool is None else pool
            message = f"{called(shown)}里什么也没有画：请删去；它若代表对方，请不要让池指向一个空的过程"
            yield RULE.at(shown, message, file=file)
    ends = {referred(flow.get(name)) for flow in elements(root, "messageFlow") for name in ("sourceRef", "targetRef")}
    for one in pools(root):
        if not one.get("processRef") and one.get("id") not in ends:
            message = f"池{called(one)}里没有过程，也没有消息往来：只作说明的，请改为文字注释"
            yield RULE.at_file(file, message, element=one.get("id", ""), line=line_of(one), severity="warning")

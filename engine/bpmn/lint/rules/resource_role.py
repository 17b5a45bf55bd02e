"""Performers and potential owners."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner

RULE = Rule(name="resource-role", says="谁来办写在泳道或属性 role 里")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the assignments of another system; nobody would get the task by them."""
    told: set[etree._Element] = set()
    for one in elements(root, "performer", "potentialOwner", "humanPerformer", "resourceRole"):
        node = owner(one)
        if node not in told:
            told.add(node)
            message = f"{called(node)}用别的办法指定了办理人，不起作用：请把任务画进泳道，或写属性 role"
            yield RULE.at(node, message, file=file)

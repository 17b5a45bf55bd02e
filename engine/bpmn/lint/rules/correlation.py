"""Correlation of messages by keys."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, owner

RULE = Rule(name="correlation", says="不用关联键：消息按名称送到同一个个案")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the keys by which another system would choose who gets a message."""
    for one in elements(root, "correlationProperty", "correlationKey", "correlationSubscription"):
        shown = one if one.get("id") else owner(one)
        message = (
            f"关联键{called(shown)}不起作用：消息按名称送到同一个个案里所有在等它的地方，不同的事请用不同的消息名称"
        )
        yield RULE.at(shown, message, file=file)

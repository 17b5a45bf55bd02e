"""Messages without a name."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.diagram import MESSAGE_TASKS, definitions
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, events, in_event_subprocess
from engine.bpmn.xmltext import bpmn_children

RULE = Rule(name="message", says="消息事件要选定一个有名称的消息")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find what sends or waits for a message that has no name, or is not there."""
    names = {one.get("id", ""): one.get("name", "") for one in bpmn_children(root, "message")}
    held = [(event, definitions(event)[0]) for event, kinds in events(root) if kinds == ["message"]]
    held += [(task, task) for task in elements(root, *MESSAGE_TASKS) if not in_event_subprocess(task)]
    for node, holder in held:
        reference = (holder.get("messageRef") or "").split(":")[-1]
        if not names.get(reference):
            message = f"{called(node)}没有选定消息，或选定的消息没有名称，谁也收不到：请在消息表里选一个"
            yield RULE.at(node, message, file=file)

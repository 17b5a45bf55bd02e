"""Messages that nobody sends."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import heard
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unsent-message", says="等的消息要有人发出", severity="warning", whole=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find what waits for a message that no procedure sends and nobody may say."""
    sent = heard.said(parts)
    for model, node in heard.messages(parts):
        if node.message not in sent:
            yield RULE.at_node(model, node, f"消息“{node.message}”没有过程或事件发出")

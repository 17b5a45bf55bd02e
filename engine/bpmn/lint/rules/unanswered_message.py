"""Messages that nobody takes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import heard
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unanswered-message", says="发出的消息要有过程接收", severity="warning", whole=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find what is thrown and taken by no procedure; it is kept on the case as awaiting."""
    taken = heard.heard(parts)
    for model, node in heard.messages(parts):
        if node.message in model.throws and node.message not in taken:
            message = f"消息“{node.message}”没有过程接收，将作为“待接”保留在个案上"
            yield RULE.at_node(model, node, message)

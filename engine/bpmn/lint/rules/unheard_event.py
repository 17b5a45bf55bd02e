"""Events that nobody hears."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import heard
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unheard-event", says="能说的事件要有过程接收", severity="warning", whole=True)


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the events that people may say and that reach no procedure."""
    taken = heard.heard(parts)
    for event in parts.events.values():
        listening = [key for key in event.joins if key in parts.models]
        if listening and event.name not in taken and not event.every:
            message = f"事件“{event.label}”没有过程接收：{'、'.join(listening)}"
            yield RULE.at_file("processes/events.yaml", message, element=event.name)

"""Properties that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import properties as props
from engine.bpmn.diagram import NODES
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.source import called, elements, events
from engine.bpmn.xmltext import local

RULE = Rule(name="property", says="属性名要写对")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find the properties that an element of its kind does not have; nobody would read them."""
    timers = {event for event, kinds in events(root) if kinds == ["timer"]}
    for node in elements(root, "process", *NODES):
        kind = "timer" if node in timers else local(node)[1]
        known = props.KNOWN.get(kind, props.KNOWN[""])
        for name in sorted(props.read_properties(node).keys() - known):
            message = f"{called(node)}的属性“{name}”不认识，写了也不起作用：可用的是 {'、'.join(sorted(known))}"
            yield RULE.at(node, message, file=file)

"""Timers and limits that are no time: zero, or before they begin."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint import moments, written
from engine.bpmn.lint.rule import Rule

RULE = Rule(name="no-time", says="定时和期限要大于零")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find durations, and periods of repetitions, that are zero or negative."""
    for one in written.times(root):
        remark = moments.of_text(one.text, literal=one.place in written.TIMES)
        if remark is not None and remark.void:
            yield RULE.at(one.owner, remark.sentence, file=file)

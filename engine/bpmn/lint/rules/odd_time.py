"""Times that cannot be read, do not exist, or cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.findings import Finding
from engine.bpmn.lint import moments, written
from engine.bpmn.lint.rule import Rule

RULE = Rule(name="odd-time", says="时间要写成能读懂、确实存在、合乎常理的样子")


def check_source(root: etree._Element, file: str) -> Iterator[Finding]:
    """Find times that no calendar has, in timers and limits and wherever FEEL spells one out."""
    for one in written.times(root):
        remark = _misplaced(one) or moments.of_text(one.text, literal=one.place in written.TIMES)
        if remark is not None and not remark.void:
            yield RULE.at(one.owner, remark.sentence, file=file)
    for one in written.texts(root):
        remark = moments.of_feel(one.text, due=False) if one.worked_out and one.place not in written.DUE else None
        if remark is not None:
            yield RULE.at(one.owner, remark.sentence, file=file)


def _misplaced(one: written.Written) -> moments.Remark | None:
    """Return what is wrong with a timer that should repeat and does not, or repeats where it cannot."""
    return moments.of_form(one.text, repeats=one.place == "timeCycle") if one.place in written.TIMES else None

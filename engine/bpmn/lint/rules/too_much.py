"""Expressions that no case could wait for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine import feel
from engine.bpmn.findings import Finding
from engine.bpmn.lint import texts
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="too-much", says="式子要在规定的步数里算得完")

_WORDS = re.compile(r"[^\W\d]\w*")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find what takes too many steps although nothing is filled in; in a case it would stop the work there."""
    for one in (*texts.of_diagrams(parts), *texts.of_forms(parts)):
        if not _ends(one):
            message = f"“{one.text[:60]}”算不完：请缩小范围，或改用决策表"
            yield RULE.at_file(one.file, message, element=one.element, line=one.line)


def _ends(one: texts.Text) -> bool:
    try:
        compiled = feel.compile(one.text, one.names | frozenset(_WORDS.findall(one.text)))
    except feel.FeelError:
        return True  # what is no expression is said elsewhere
    try:
        compiled.evaluate({})
    except feel.TooMuch:
        return False
    return True

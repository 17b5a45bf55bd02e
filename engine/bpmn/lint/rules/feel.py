"""Texts that are no FEEL."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import texts
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel
from engine.bpmn.parts import Parts

RULE = Rule(name="feel", says="表达式要写成 FEEL")


def of_refused(model: ProcedureModel) -> Iterator[Finding]:
    """Find them in a diagram that is refused, so that they are named with all else that is wrong."""
    yield from (RULE.of(one) for one in texts.unreadable(model))


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the texts that cannot be read at all."""
    yield from (RULE.of(one) for one in texts.remarks(parts) if one.kind == "feel")

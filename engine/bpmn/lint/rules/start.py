"""Processes that nothing starts."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import levels
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="start", says="过程要有开始事件")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the process that nobody can start."""
    if not any(node.kind == "startEvent" for node in levels(model)[""]):
        yield RULE.at_file(
            model.file,
            f"过程“{model.name or model.key}”没有开始事件，谁也启动不了：请画一个",
            element=model.key,
            line=model.line,
        )

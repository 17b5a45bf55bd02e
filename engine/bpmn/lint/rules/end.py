"""Levels that never end."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.drawn import called, levels
from engine.bpmn.lint.rule import Rule
from engine.bpmn.model import ProcedureModel

RULE = Rule(name="end", says="每一层都要有结束事件")


def check_model(model: ProcedureModel) -> Iterator[Finding]:
    """Find the process and the subprocesses without an end."""
    for scope, nodes in levels(model).items():
        if any(node.kind == "endEvent" for node in nodes):
            continue
        if scope:
            node = model.nodes[scope]
            yield RULE.at_node(model, node, f"子过程{called(node)}没有结束事件，永远办不完：请画一个")
        else:
            message = f"过程“{model.name or model.key}”没有结束事件，永远办不完：请画一个"
            yield RULE.at_file(model.file, message, element=model.key, line=model.line)

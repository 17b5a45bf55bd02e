"""Procedures that members of the family are to start by hand."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.directory import FAMILY
from engine.bpmn.findings import Finding
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="family-starter", says="过程由单位启动，家庭成员不能启动")

#: Somebody of the public who reports; the receiving page starts for them.
_REPORTS = "citizen"


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find doors for roles with which nobody signs in."""
    for model in parts.models.values():
        for door in model.doors:
            for role in door.starters:
                known = parts.roles.get(role)
                if known is not None and known.kind == FAMILY and role != _REPORTS:
                    message = f"“{known.name}”没有账号，不能启动过程：请由受理的单位启动，由它代为登记"
                    yield RULE.at_node(model, model.nodes[door.element], message)

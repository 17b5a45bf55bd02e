"""Roles that nobody has."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import roles
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="unknown-role", says="角色要在角色表里")

#: Units that a task may name by `@…` without a field of that name.
NAMED_UNITS = frozenset({"starter", "reporter"})


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the roles that are no role here, and the tasks that name none."""
    for model in parts.models.values():
        names = parts.process_names(model) | NAMED_UNITS
        # A form that is not there might give the field.
        unsure = "" if all(task.form in parts.forms for task in model.tasks.values()) else "warning"
        for element, role in roles.named(model):
            message = _unknown(parts, role, names)
            if message:
                yield RULE.at_element(model, element, message, severity=unsure if role.startswith("@") else "")
        for task in model.tasks.values():
            if not all(roles.groups(task)):
                yield RULE.at_element(model, task.element, f"任务“{task.name}”没有角色，也不在泳道里")


def _unknown(parts: Parts, role: str, names: Collection[str]) -> str:
    if role.startswith("@"):
        return "" if role[1:] in names else f"“{role}”不是本过程的字段"
    if role in parts.roles:
        return ""
    meant = next((one.key for one in parts.roles.values() if role in one.aliases), None)
    return f"角色“{role}”不在角色表中" + (f"，应写作“{meant}”" if meant else "")

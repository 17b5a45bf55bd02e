"""Tasks that no unit of the directory can be given."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint import roles
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="role-without-unit", says="每个任务都要有单位可派")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the roles that no unit holds, unless the jurisdiction says why, or a unit names a role amiss."""
    if any(role not in parts.roles for unit in parts.jurisdiction.units for role in unit.roles):
        return
    for model, task, label, who in roles.by_directory(parts):
        held = any(one in unit.roles for unit in parts.jurisdiction.units for one in who)
        if not held and (not who or not set(who) <= set(parts.jurisdiction.absent)):
            here = parts.jurisdiction.name
            message = f"{here}的机构目录里没有单位担任“{label}”，任务“{task.name}”无处可派，不能发布"
            yield RULE.at_element(model, task.element, message)

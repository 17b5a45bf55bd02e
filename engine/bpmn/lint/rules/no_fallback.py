"""Tasks that go to whatever unit a field names, and to nobody where it names none."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import Finding
from engine.bpmn.lint.roles import groups
from engine.bpmn.lint.rule import Rule
from engine.bpmn.lint.rules.unknown_role import NAMED_UNITS
from engine.bpmn.parts import Parts

RULE = Rule(name="no-fallback", says="按字段派给单位的任务，要写明字段里没有单位时由谁办理", severity="warning")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find roles that are one variable and nothing else."""
    for model in parts.models.values():
        for task in model.tasks.values():
            for group in groups(task):
                if len(group) == 1 and group[0].startswith("@") and group[0][1:] not in NAMED_UNITS:
                    instead = f"请写明那时由谁办理，如“{group[0]}/police”"
                    message = f"任务“{task.name}”只派给“{group[0]}”：那里填的不是单位时没有人办理；{instead}"
                    yield RULE.at_node(model, model.nodes[task.element], message)

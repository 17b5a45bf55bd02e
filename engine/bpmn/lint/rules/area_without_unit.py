"""Areas that no unit serves."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.bpmn.directory import LOCAL, AreaEntry, Jurisdiction
from engine.bpmn.findings import Finding
from engine.bpmn.lint import roles
from engine.bpmn.lint.rule import Rule
from engine.bpmn.parts import Parts

RULE = Rule(name="area-without-unit", says="每个地区都要有单位可派", severity="warning")


def check_parts(parts: Parts) -> Iterator[Finding]:
    """Find the roles that units hold, but none for some area.

    Which village or town has its units is the directory's daily business, not the release's.
    """
    for model, task, label, who in roles.by_directory(parts):
        held = any(one in unit.roles for unit in parts.jurisdiction.units for one in who)
        if not held or any(parts.roles[one].kind == LOCAL for one in who):
            continue
        bare = _areas_without(parts.jurisdiction, who)
        if bare:
            message = f"任务“{task.name}”：{bare[0].name}等 {len(bare)} 个地区没有单位担任“{label}”"
            yield RULE.at_element(model, task.element, message)


def _areas_without(jurisdiction: Jurisdiction, who: Collection[str]) -> list[AreaEntry]:
    """Return the areas from which no unit of the roles is found up the tree, of those with nothing below."""
    served = {unit.area for unit in jurisdiction.units if set(unit.roles) & set(who)}
    parents = {area.key: area.parent for area in jurisdiction.areas}

    def found(key: str | None) -> bool:
        return key is not None and (key in served or found(parents.get(key)))

    above = set(parents.values())
    return [area for area in jurisdiction.areas if area.key not in above and not found(area.key)]

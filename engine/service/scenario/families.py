"""Families in a scenario: the unit that deals with them enters what they do, and is told what they should know."""

from __future__ import annotations

from engine.bpmn.release import Release

FAMILY = frozenset({"parent", "guardian", "kin", "citizen"})


def tasks_of(release: Release) -> dict[str, frozenset[str]]:
    """Return for each task that lies in the lane of somebody of the family, by its code, whose it is."""
    found: dict[str, frozenset[str]] = {}
    for procedure in release.procedures.values():
        for task in procedure.model.tasks.values():
            if task.lane in FAMILY:
                found[task.code] = found.get(task.code, frozenset()) | {task.lane}
    return found


def starters(release: Release, role: str, procedure: str | None) -> tuple[str, ...]:
    """Return the roles that start for somebody: for the family, those of the units that deal with it."""
    model = release.procedures[procedure].model if procedure else None
    door = model.door(None) if model else None
    if role in FAMILY and door is not None and role not in door.starters:
        return door.starters
    return release.members(role)

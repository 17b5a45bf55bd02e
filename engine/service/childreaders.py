"""Which units keep the register of a place, and so read the files of the children in it. Who they are is data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.bpmn.release import Release
from engine.core.model import Acting, ActingUnit
from engine.core.routing import Directory
from engine.service.unit import Unit
from engine.store import tables

#: The parameter that names the roles which keep the register, and the one of those that join two files.
KEEPS, MERGES = "register_kept_by", "merges_children_by"
#: Why a unit reads a file that has no case.
REGISTER = "register"


def roles_of(release: Release, parameter: str) -> frozenset[str]:
    """Return the roles that a parameter names; none where the jurisdiction has no such parameter."""
    named: Any = release.parameters.get(parameter) or ()
    return frozenset(role for one in named for role in release.expand(str(one)))


def keepers(release: Release, directory: Directory, area: str | None) -> frozenset[int]:
    """Return the units that keep the register of an area: for each role the nearest one up the tree."""
    found = (directory.nearest(role, area) for role in roles_of(release, KEEPS))
    return frozenset(one.id for one in found if one is not None)


def let_read(unit: Unit, child_id: int, unit_ids: Iterable[int]) -> None:
    """Let these units read a file because it is in their register; those that may already are left as they are."""
    rows = [{"child_id": child_id, "unit_id": one, "since": unit.now, "why": REGISTER} for one in sorted(set(unit_ids))]
    unit.pending.add(tables.child_access, rows)


def let_go(unit: Unit, child_id: int, unit_ids: Iterable[int]) -> None:
    """End what :func:`let_read` began, for units in whose register the child no longer is."""
    keys = [{"child_id": child_id, "unit_id": one} for one in sorted(set(unit_ids))]
    unit.pending.drop(tables.child_access, keys)


def may(release: Release, acting: Acting, parameter: str) -> ActingUnit | None:
    """Return the person's unit that holds a role which the parameter names, if any."""
    roles = roles_of(release, parameter)
    return next((one for one in acting.units if one.jurisdiction == release.jurisdiction and one.roles & roles), None)

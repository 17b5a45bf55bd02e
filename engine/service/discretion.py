"""What a person who may read a case is still not told: who reported it, and other courts' business."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.model import Acting
from engine.core.routing import Directory
from engine.service.items import REPORTER_UNIT

#: A reporter's identity is known to the police alone (architecture D9; DL-3.1-3d).
POLICE = frozenset({"police", "police_station"})

#: Courts and procuratorates see their own procedures (architecture D9).
COURTS = frozenset({"court", "procuratorate"})

#: What stands for a reporting unit and its staff.
REPORTER = "报告单位（仅公安机关可见）"


@dataclass(frozen=True, kw_only=True, slots=True)
class Discretion:
    """What is kept from one person in one case.

    ``reporter_id`` is the unit whose name is kept back, or None; ``procedures`` are those that may
    be seen, or None for all.
    """

    reporter_id: int | None
    procedures: frozenset[str] | None

    def hides(self, unit_id: int | None) -> bool:
        """Say whether the unit is the reporter whose name is kept back."""
        return unit_id is not None and unit_id == self.reporter_id

    def shows(self, procedure: str) -> bool:
        return self.procedures is None or procedure in self.procedures


def discretion(
    acting: Acting, facts: Mapping[str, Any], directory: Directory, own_procedures: Collection[str]
) -> Discretion:
    """Return what is kept from the person; ``own_procedures``: where their units have or had an item."""
    roles = frozenset().union(*(unit.roles for unit in acting.units))
    reporter = directory.unit(str(facts.get(REPORTER_UNIT) or ""))
    known = reporter is None or bool(roles & POLICE) or reporter.id in acting.unit_ids
    return Discretion(
        reporter_id=None if known or reporter is None else reporter.id,
        procedures=frozenset(own_procedures) if roles and roles <= COURTS else None,
    )

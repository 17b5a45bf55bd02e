"""Who acts, and the words that everything shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.core.cover import Cover


class ItemState(StrEnum):
    """Where a work item stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class ActingUnit:
    """A unit for which a person acts, with the roles that the unit holds."""

    id: int
    key: str
    name: str
    roles: frozenset[str]
    head: bool
    jurisdiction: str
    area_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Acting:
    """Who does something: a person with their units, or a named part of the system.

    ``actor`` is ``person``, or the name of a system actor (``engine``, ``clock``, ``public``,
    ``admin``), which has no units and sees what its own policies in the database allow.
    ``covers`` are the absent colleagues for whom the person stands in.
    """

    person_id: int | None
    name: str
    units: tuple[ActingUnit, ...] = ()
    duties: frozenset[str] = field(default_factory=frozenset)
    actor: str = "person"
    covers: tuple[Cover, ...] = ()

    @property
    def unit_ids(self) -> tuple[int, ...]:
        return tuple(unit.id for unit in self.units)

    def unit(self, key: str) -> ActingUnit | None:
        """Return the unit of this key, if the person acts for it."""
        return next((unit for unit in self.units if unit.key == key), None)

    def first_of(self, unit_ids: Iterable[int]) -> ActingUnit | None:
        """Return the first of the person's units that is among these."""
        wanted = set(unit_ids)
        return next((unit for unit in self.units if unit.id in wanted), None)

    def stands_in_for(self, person_id: int | None, procedure: str, now: datetime) -> bool:
        """Say whether the person does now what a colleague holds in a procedure."""
        return any(one.person_id == person_id and one.reaches(procedure, now) for one in self.covers)

    def may_act_for(self, holder: int | None, procedure: str, now: datetime) -> bool:
        """Say whether an item of this holder is the person's own, or one that they stand in for."""
        return holder is not None and (holder == self.person_id or self.stands_in_for(holder, procedure, now))


def system(actor: str) -> Acting:
    """Return one of the system's own actors."""
    return Acting(person_id=None, name=actor, actor=actor)

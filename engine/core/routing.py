"""Which unit a task goes to: role and area to the nearest unit up the area tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit of the directory. ``area`` is the key of the area that it serves."""

    id: int
    key: str
    name: str
    roles: tuple[str, ...]
    area: str

    def holds(self, role: str) -> bool:
        return role in self.roles


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """The areas and units of one jurisdiction; ``parents`` maps an area's key to its parent's."""

    parents: Mapping[str, str | None]
    units: tuple[Unit, ...]

    def unit(self, key: str) -> Unit | None:
        return next((unit for unit in self.units if unit.key == key), None)

    def unit_by_id(self, unit_id: int | None) -> Unit | None:
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def nearest(self, role: str, area: str | None) -> Unit | None:
        """Return the unit that holds the role, nearest up the tree from the area; ties by key."""
        for here in self.upwards(area):
            found = [unit for unit in self.units if unit.area == here and unit.holds(role)]
            if found:
                return min(found, key=lambda unit: unit.key)
        return None

    def upwards(self, area: str | None) -> Iterator[str]:
        """Yield the area and those above it."""
        while area is not None:
            yield area
            area = self.parents.get(area)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A unit that may claim an item, and the role in which it may."""

    unit: Unit
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What decides the unit for one procedure of one case.

    ``named`` gives the units that the model names by ``@…``; ``override`` the units to which
    the procedure was moved, by role; ``area`` routes everything else, and ``fallback`` where
    nobody is found from there.
    """

    area: str | None
    fallback: str | None
    named: Mapping[str, str | None]
    override: Mapping[str, str]


class NoUnit(Exception):
    """No unit of the directory holds a role that a task needs."""

    def __init__(self, role: str) -> None:
        super().__init__(role)
        self.role = role


def route(directory: Directory, roles: str, place: Place) -> tuple[tuple[Candidate, ...], ...]:
    """Return one group of candidates for each item that a task's role text asks for.

    ``a/b`` and ``a,b`` make one item that either may claim; ``a+b`` one item each.

    Raises:
        NoUnit: for the first group that nobody in the directory can take.
    """
    return tuple(_group(directory, part, place) for part in roles.split("+"))


def to_unit(directory: Directory, key: str) -> tuple[Candidate, ...]:
    """Return the one candidate for a unit named by its key.

    Raises:
        NoUnit: the directory has no such unit.
    """
    unit = directory.unit(key)
    if unit is None:
        raise NoUnit(key)
    return (Candidate(unit=unit, role=unit.roles[0]),)


def _group(directory: Directory, roles: str, place: Place) -> tuple[Candidate, ...]:
    wanted = [role.strip() for role in roles.replace("/", ",").split(",") if role.strip()]
    found: list[Candidate] = []
    for role in wanted:
        candidate = _one(directory, role, place)
        if candidate is None or any(candidate.unit == known.unit for known in found):
            continue
        found.append(candidate)
        if role.startswith("@"):
            break
    if not found:
        raise NoUnit(roles.strip())
    return tuple(found)


def _one(directory: Directory, role: str, place: Place) -> Candidate | None:
    if role.startswith("@"):
        key = place.named.get(role[1:])
        unit = directory.unit(key) if key else None
        return Candidate(unit=unit, role=unit.roles[0]) if unit else None
    moved = directory.unit(place.override[role]) if role in place.override else None
    unit = moved or directory.nearest(role, place.area) or directory.nearest(role, place.fallback)
    return Candidate(unit=unit, role=role) if unit else None

"""Which unit a task goes to: role and area to the nearest unit up the area tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    """The areas and units of one jurisdiction.

    ``parents`` maps an area's key to its parent's, ``areas`` to its id in the database.
    """

    parents: Mapping[str, str | None]
    units: tuple[Unit, ...]
    areas: Mapping[str, int]

    def area_key(self, area_id: int | None) -> str | None:
        return next((key for key, one in self.areas.items() if one == area_id), None)

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

    def below(self, area: str) -> dict[str, list[str]]:
        """Return the keys of the units in an area and below it, by each role they hold."""
        found: dict[str, list[str]] = {}
        for unit in self.units:
            if area in self.upwards(unit.area):
                for role in unit.roles:
                    found.setdefault(role, []).append(unit.key)
        return {role: sorted(keys) for role, keys in found.items()}

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


def route(directory: Directory, roles: Sequence[str], place: Place) -> tuple[Candidate, ...]:
    """Return the units that may claim an item of these roles, the first role's first.

    A unit that the model names by ``@…`` takes the item alone; the roles after it stand in
    where it names none.

    Raises:
        NoUnit: nobody in the directory can take it.
    """
    found: list[Candidate] = []
    for role in roles:
        candidate = _one(directory, role, place)
        if candidate is None or any(candidate.unit == known.unit for known in found):
            continue
        found.append(candidate)
        if role.startswith("@"):
            break
    if not found:
        raise NoUnit("/".join(roles))
    return tuple(found)


def to_unit(directory: Directory, key: str) -> tuple[Candidate, ...]:
    """Return the one candidate for a unit named by its key.

    Raises:
        NoUnit: the directory has no such unit.
    """
    unit = directory.unit(key)
    if unit is None:
        raise NoUnit(key)
    return (Candidate(unit=unit, role=unit.roles[0]),)


def _one(directory: Directory, role: str, place: Place) -> Candidate | None:
    if role.startswith("@"):
        key = place.named.get(role[1:])
        unit = directory.unit(key) if key else None
        return Candidate(unit=unit, role=unit.roles[0]) if unit else None
    moved = directory.unit(place.override[role]) if role in place.override else None
    unit = moved or directory.nearest(role, place.area) or directory.nearest(role, place.fallback)
    return Candidate(unit=unit, role=role) if unit else None

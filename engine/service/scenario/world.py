"""The throw-away world of one scenario: its clock, its areas and units, its people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.bpmn.directory import AreaEntry
from engine.bpmn.release import Release
from engine.core.model import Acting, system
from engine.core.routing import Directory, Unit
from engine.service import opening
from engine.service.cadences import Cadences
from engine.service.casework import Casework
from engine.service.directory import Directories
from engine.service.files import Files
from engine.service.org import write_directory
from engine.service.passwords import NOBODY
from engine.service.people import People
from engine.service.releases import Releases
from engine.service.scenario.read import Scenario
from engine.service.unit import Database
from engine.store import tables

#: The levels below a jurisdiction, or below its counties, from the top.
LOCAL = ("township", "village")

#: Areas whose level shows in the end of their name.
LEVEL_BY_END = {"街道": "street", "社区": "community", "县": "county", "镇": "township", "乡": "township"}


class VirtualClock:
    """The only clock of a scenario; it moves when the player says so."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass(kw_only=True)
class World:
    """What a scenario plays in; ``children`` maps its names to the ids of files."""

    scenario: Scenario
    database: Database
    clock: VirtualClock
    releases: Releases
    directories: Directories
    casework: Casework
    cadences: Cadences
    files: Files
    people: People
    children: dict[str, int] = field(default_factory=dict)
    known: dict[str, Acting] = field(default_factory=dict)

    def release(self) -> Release:
        with self.database.unit(system("engine")) as unit:
            return self.releases.in_force(unit.connection, self.scenario.jurisdiction, unit.now)

    def directory(self) -> Directory:
        with self.database.unit(system("engine")) as unit:
            return self.directories.of(unit.connection, self.scenario.jurisdiction)

    def acting(self, unit: Unit) -> Acting:
        """Return a person who acts for the unit; the same one throughout the scenario."""
        if unit.key not in self.known:
            login = f"p{unit.id}"
            self.people.add(login, f"{unit.name}经办人", units=[unit.key], must_change=False, password_hash=NOBODY)
            self.known[unit.key] = self.people.acting_by_login(login)
        return self.known[unit.key]

    def introduce(self, child_id: int, unit: Unit) -> None:
        """Let a unit know which child it speaks of: in life by the ID number, which no scenario has to invent."""
        with self.database.unit(system("engine")) as opened:
            wanted = select(tables.case.c.id).where(tables.case.c.child_id == child_id)
            given = [
                {"case_id": one, "unit_id": unit.id, "since": opened.now, "why": "opened"}
                for one in opened.connection.scalars(wanted)
            ]
            opened.pending.add(tables.case_access, given)

    def enroll(self, child: str) -> None:
        """Let a child have a file, as the rolls have it on which a cycle of its area looks; it has no case by that."""
        if child not in self.children:
            with self.database.unit(system("engine")) as unit:
                jurisdiction, known = self.scenario.jurisdiction, self.scenario.children[child]
                self.children[child] = opening.file_of(unit, self.directories, jurisdiction, known)

    def settle_in(self) -> None:
        """Add the areas and units that the scenario names and the directory lacks."""
        release, directory = self.release(), self.directory()
        wanted = _Wanted(release, directory)
        for value in _texts(
            [self.scenario.children, [dict(step.what) for one in self.scenario.courses for step in one.steps]]
        ):
            if value.startswith(f"{self.scenario.jurisdiction}."):
                wanted.take(value)
        wanted.complete()
        if wanted.areas or wanted.units:
            write_directory(self.database, self.scenario.jurisdiction, wanted.areas, wanted.units)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


class _Wanted:
    """Collects what is missing: first areas with their local units, then the units named."""

    def __init__(self, release: Release, directory: Directory) -> None:
        self._release, self._directory = release, directory
        self._named: dict[str, str] = {}
        self.areas: list[dict[str, Any]] = []
        self.units: list[dict[str, Any]] = []

    def take(self, key: str) -> None:
        """Take a dotted key: a unit's where its second part is a role, else an area's."""
        parts = key.split(".")
        role = self._release.role_key(parts[1])
        if role in self._release.roles:
            if self._directory.unit(key) is None:
                self._named[key] = role
            return
        for end in range(2, len(parts) + 1):
            self._area(".".join(parts[:end]))

    def _area(self, key: str) -> None:
        if key in self._keys():
            return
        parent = key.rpartition(".")[0]
        level = self._level(key)
        entry = AreaEntry(key=key, name=key.rpartition(".")[2], level=level, parent=parent)
        self.areas.append({"key": key, "name": entry.name, "level": level, "parent": parent})
        for unit in self._release.units_of(entry):
            self._unit(unit.key, unit.name, unit.roles, key)

    def _level(self, key: str) -> str:
        """Return the level of an area that the directory lacks, by its depth and its name."""
        name = key.rpartition(".")[2]
        by_name = next((level for end, level in LEVEL_BY_END.items() if name.endswith(end)), None)
        root = key.partition(".")[0]
        first = {area.level for area in self._release.areas if area.parent == root}
        ladder = LOCAL if first <= {"township", "street"} else ("county", *LOCAL)
        return by_name or ladder[min(key.count("."), len(ladder)) - 1]

    def complete(self) -> None:
        """Make the units that are named and still missing, in the area of their last part."""
        for key, role in self._named.items():
            if any(unit["key"] == key for unit in self.units):
                continue
            self._unit(key, self._release.role_name(role), (role,), self._area_named(key))

    def _area_named(self, key: str) -> str:
        parts = key.split(".")
        if key.count(".") == 1:
            return parts[0]
        fits = [area for area in self._keys() if area.rpartition(".")[2] == parts[-1]]
        if not fits and parts[-1].endswith(tuple(LEVEL_BY_END)):
            self._area(f"{parts[0]}.{parts[-1]}")
            return f"{parts[0]}.{parts[-1]}"
        return min(fits, key=len, default=parts[0])

    def _keys(self) -> list[str]:
        return [*self._directory.areas, *(area["key"] for area in self.areas)]

    def _unit(self, key: str, name: str, roles: tuple[str, ...], area: str) -> None:
        # A place of the same name elsewhere gives up its units: keys end in the name alone.
        there = self._directory.unit(key)
        if (there is None or there.area != area) and not any(unit["key"] == key for unit in self.units):
            self.units.append({"key": key, "name": name, "roles": list(roles), "area": area})

"""Areas, units, forms and jurisdictions for those who fill in a form; holds no case data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.bpmn.release import Release
from engine.core.model import system
from engine.core.routing import Directory
from engine.service.directory import Directories
from engine.service.forms import Form
from engine.service.releases import Releases
from engine.service.unit import Database

#: How many an answer to a search lists.
MOST = 20

#: The directory is open to everybody; it is read as the public is.
ANYBODY = system("public")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An area or unit that was found: its key, its name, and where it lies."""

    key: str
    name: str
    sub: str


class Lookup:
    """Finds what forms refer to."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories

    def jurisdictions(self) -> list[tuple[str, str]]:
        """Return code and name of every jurisdiction with a release in force."""
        with self._database.unit(ANYBODY) as unit:
            return self._releases.names(unit.connection, unit.now)

    def form(self, jurisdiction: str, code: str) -> Form:
        """Return a form of the release in force."""
        release, _ = self._known(jurisdiction)
        return self._releases.form(release, code)

    def context(self, jurisdiction: str) -> Mapping[str, Any]:
        """Return what a form's expressions see before there is a case."""
        release, _ = self._known(jurisdiction)
        return {**release.parameters, "case": {}}

    def areas(self, jurisdiction: str, text: str) -> list[Place]:
        """Return areas whose name holds the text, the widest first."""
        _, directory = self._known(jurisdiction)
        fits = [key for key in directory.areas if text in key.rpartition(".")[2] or text in key]
        return [self._place(key) for key in sorted(fits, key=lambda key: (key.count("."), key))[:MOST]]

    def places(self, jurisdiction: str) -> list[Place]:
        """Return every area of the jurisdiction, in the order of the tree."""
        _, directory = self._known(jurisdiction)
        return [self._place(key) for key in sorted(directory.areas)]

    def units(self, jurisdiction: str, text: str, roles: Sequence[str]) -> list[Place]:
        """Return units whose name holds the text, of these roles if any are given."""
        release, directory = self._known(jurisdiction)
        wanted = {one for role in roles for one in release.members(release.role_key(role))}
        fits = [
            unit
            for unit in directory.units
            if text in unit.name and (not wanted or wanted & set(unit.roles))
        ]
        return [
            Place(key=unit.key, name=unit.name, sub=unit.area.rpartition(".")[2])
            for unit in sorted(fits, key=lambda unit: unit.key)[:MOST]
        ]

    def serving(self, jurisdiction: str, roles: Sequence[str], area: str | None) -> str | None:
        """Return the key of the unit that serves an area (absent: the whole) in one of the roles."""
        release, directory = self._known(jurisdiction)
        for role in roles:
            for one in release.members(release.role_key(role)):
                unit = directory.nearest(one, area or jurisdiction)
                if unit is not None:
                    return unit.key
        return None

    def name_of(self, jurisdiction: str, key: str) -> str | None:
        """Return the name of a unit or area by its key; None where the key is neither."""
        _, directory = self._known(jurisdiction)
        unit = directory.unit(key)
        if unit is not None:
            return unit.name
        return " ".join(key.split(".")[1:]) if key in directory.areas else None

    def _known(self, jurisdiction: str) -> tuple[Release, Directory]:
        with self._database.unit(ANYBODY) as unit:
            release = self._releases.in_force(unit.connection, jurisdiction, unit.now)
            return release, self._directories.of(unit.connection, jurisdiction)

    def _place(self, key: str) -> Place:
        parts = key.split(".")
        return Place(key=key, name=parts[-1], sub=" ".join(parts[1:-1]))

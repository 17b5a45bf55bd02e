"""What pages look up of a jurisdiction: its forms, areas and units. No case data; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from engine.bpmn.release import Release
from engine.core.errors import NotFound
from engine.core.model import system
from engine.core.routing import Directory
from engine.service.directory import Directories
from engine.service.forms import Form
from engine.service.releases import Releases
from engine.service.unit import Database, Unit
from engine.store import org

#: Whoever looks up the directory: it holds nothing that is secret.
PUBLIC = system("public")
#: Areas that a citizen knows by name.
KNOWN_LEVELS = frozenset({"township", "street"})
MOST = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An area or a unit as a list shows it; ``sub`` says where it is."""

    key: str
    name: str
    sub: str = ""


class Lookups:
    """The directories and forms of all jurisdictions."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories

    def jurisdictions(self) -> list[tuple[str, str]]:
        """Return code and name of every jurisdiction with a release in force."""
        with self._database.unit(PUBLIC) as unit:
            return self._releases.names(unit.connection, unit.now)

    def place_name(self, jurisdiction: str) -> str | None:
        """Return what a jurisdiction is called; None where it has no release in force."""
        try:
            with self._release(jurisdiction) as (_, release):
                return release.name
        except NotFound:
            return None

    def form(self, jurisdiction: str, code: str) -> Form:
        """Return a form of the release in force.

        Raises:
            NotFound: there is no such form.
        """
        with self._release(jurisdiction) as (_, release):
            return self._releases.form(release, code)

    def context(self, jurisdiction: str) -> Mapping[str, Any]:
        """Return what a form's expressions see before there is a case: the parameters, and no facts."""
        with self._release(jurisdiction) as (_, release):
            return {**{key: release.parameters[key] for key in release.names}, "case": {}}

    def block_keys(self, jurisdiction: str, *blocks: str) -> frozenset[str]:
        """Return the keys of the fields of some blocks."""
        with self._release(jurisdiction) as (_, release):
            return release.block_keys(*blocks)

    def places(self, jurisdiction: str) -> list[Found]:
        """Return the areas that a citizen knows by name."""
        with self._database.unit(PUBLIC) as unit:
            rows = org.areas_of(unit.connection, jurisdiction)
        return list(_areas(rows, KNOWN_LEVELS))

    def areas(self, jurisdiction: str, text: str) -> list[Found]:
        """Return the areas whose name or path holds the text, the shortest path first."""
        with self._database.unit(PUBLIC) as unit:
            rows = org.areas_of(unit.connection, jurisdiction)
        fit = [one for one in _areas(rows) if text in one.name or text in one.sub or text == one.key]
        return sorted(fit, key=lambda one: (one.name != text, one.key.count("."), one.key))[:MOST]

    def units(self, jurisdiction: str, text: str, roles: Iterable[str] = ()) -> list[Found]:
        """Return the units whose name holds the text and that hold one of the roles, if any are given."""
        wanted = set(roles)
        with self._release(jurisdiction) as (unit, release):
            directory = self._directories.of(unit.connection, jurisdiction)
            names = {row.key: row.name for row in org.areas_of(unit.connection, jurisdiction)}
        wanted = {role for one in wanted for role in release.expand(one)}
        fit = [one for one in directory.units if text in one.name and (not wanted or wanted.intersection(one.roles))]
        found = [Found(key=one.key, name=one.name, sub=names.get(one.area, "")) for one in fit]
        return sorted(found, key=lambda one: (one.name != text, one.key.count("."), one.key))[:MOST]

    def name_of(self, jurisdiction: str, key: str) -> str | None:
        """Return what an area or a unit is called; None where the key is neither."""
        with self._database.unit(PUBLIC) as unit:
            directory = self._directories.of(unit.connection, jurisdiction)
            known = directory.unit(key)
            if known is not None:
                return known.name
            rows = org.areas_of(unit.connection, jurisdiction)
        return next((one.name for one in _areas(rows) if one.key == key), None)

    def serving(self, jurisdiction: str, roles: Iterable[str], area: str | None) -> str | None:
        """Return the key of the unit with one of these roles that serves an area."""
        with self._release(jurisdiction) as (unit, release):
            directory: Directory = self._directories.of(unit.connection, jurisdiction)
        wanted = [role for one in roles for role in release.expand(one)]
        serving = (directory.nearest(role, area if area in directory.areas else jurisdiction) for role in wanted)
        return next((one.key for one in serving if one is not None), None)

    @contextmanager
    def _release(self, jurisdiction: str) -> Iterator[tuple[Unit, Release]]:
        with self._database.unit(PUBLIC) as unit:
            yield unit, self._releases.in_force(unit.connection, jurisdiction, unit.now)


def _areas(rows: Sequence[Any], levels: frozenset[str] = frozenset()) -> Iterator[Found]:
    """Yield areas with the names of those above them."""
    names = {row.key: row.name for row in rows}
    for row in rows:
        if levels and row.level not in levels:
            continue
        parts = row.key.split(".")
        above = [names[key] for at in range(1, len(parts)) if (key := ".".join(parts[:at])) in names]
        yield Found(key=row.key, name=row.name, sub=" › ".join(above))

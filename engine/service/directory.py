"""The directory of units and areas as values, kept per process until it changes."""

from __future__ import annotations

from sqlalchemy import Connection, select

from engine.core.routing import Directory, Unit
from engine.service.almanac import Almanac
from engine.store.org import directory_mark
from engine.store.tables import area, unit


class Directories:
    """Gives the directory of a jurisdiction; asks the database only whether it has changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Directory]] = {}
        #: The calendar is kept in the same way, and whoever steps a case needs both.
        self.almanac = Almanac()

    def of(self, connection: Connection, jurisdiction: str) -> Directory:
        return self.at(connection, jurisdiction, connection.scalar(select(directory_mark(jurisdiction))) or "")

    def at(self, connection: Connection, jurisdiction: str, mark: str) -> Directory:
        """Return the directory that has this mark, as a query has found it."""
        known = self._known.get(jurisdiction)
        if known is None or known[0] != mark:
            known = (mark, _read(connection, jurisdiction))
            self._known[jurisdiction] = known
        return known[1]


def _read(connection: Connection, jurisdiction: str) -> Directory:
    areas = connection.execute(select(area).where(area.c.jurisdiction == jurisdiction)).all()
    keys = {row.id: row.key for row in areas}
    units = connection.execute(select(unit).where(unit.c.jurisdiction == jurisdiction, unit.c.ended_at.is_(None))).all()
    return Directory(
        parents={row.key: keys.get(row.parent_id) for row in areas},
        areas={row.key: row.id for row in areas},
        units=tuple(
            Unit(id=row.id, key=row.key, name=row.name, roles=tuple(row.roles), area=keys[row.area_id]) for row in units
        ),
    )

"""The directory of units and areas as values, kept per process until it changes."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from engine.core.routing import Directory, Unit
from engine.store.tables import area, unit

_Mark = tuple[object, ...]


class Directories:
    """Gives the directory of a jurisdiction; asks the database only whether it has changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Mark, Directory]] = {}

    def of(self, connection: Connection, jurisdiction: str) -> Directory:
        mark = _mark(connection, jurisdiction)
        known = self._known.get(jurisdiction)
        if known is None or known[0] != mark:
            known = (mark, _read(connection, jurisdiction))
            self._known[jurisdiction] = known
        return known[1]


def _mark(connection: Connection, jurisdiction: str) -> _Mark:
    units = select(
        func.count(),
        func.max(unit.c.id),
        func.count(unit.c.ended_at),
        func.sum(func.hashtext(func.array_to_string(unit.c.roles, ","))),
    ).where(unit.c.jurisdiction == jurisdiction)
    areas = select(func.count()).where(area.c.jurisdiction == jurisdiction).scalar_subquery()
    return tuple(connection.execute(units.add_columns(areas)).one())


def _read(connection: Connection, jurisdiction: str) -> Directory:
    areas = connection.execute(select(area).where(area.c.jurisdiction == jurisdiction)).all()
    keys = {row.id: row.key for row in areas}
    units = connection.execute(
        select(unit).where(unit.c.jurisdiction == jurisdiction, unit.c.ended_at.is_(None))
    ).all()
    return Directory(
        parents={row.key: keys.get(row.parent_id) for row in areas},
        areas={row.key: row.id for row in areas},
        units=tuple(
            Unit(id=row.id, key=row.key, name=row.name, roles=tuple(row.roles), area=keys[row.area_id])
            for row in units
        ),
    )

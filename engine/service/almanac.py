"""The calendar in force as a value, kept per process until another year is loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from engine.bpmn.calendarfiles import read_calendar, write_calendar
from engine.core.calendars import EMPTY, Calendar, Year
from engine.store import calendars as queries
from engine.store.schema import AnyRow

#: Where the files of the plans lie.
FOLDER = "processes/calendars"


class Almanac:
    """Gives the calendar; asks the database only whether it has changed."""

    def __init__(self) -> None:
        self._known: tuple[int, Calendar] = (0, EMPTY)

    def now(self, connection: Connection) -> Calendar:
        return self.at(connection, connection.scalar(select(queries.calendar_mark())) or 0)

    def at(self, connection: Connection, mark: int) -> Calendar:
        """Return the calendar that has this mark, as a query has found it."""
        known = self._known
        if known[0] != mark:
            known = self._known = (mark, calendar_of(queries.in_force(connection)))
        return known[1]


def calendar_of(rows: Sequence[AnyRow]) -> Calendar:
    """Return the calendar of the rows in force."""
    return Calendar({row.year: year_of(row) for row in rows})


def year_of(row: AnyRow) -> Year:
    """Return the plan that a row keeps as it was published."""
    return read_calendar(row.content.encode(), f"{row.year}.yaml")


def seed(connection: Connection, root: Path, *, now: datetime) -> None:
    """Keep the plans of the files of ``processes/calendars`` where there are none yet; later ones are loaded."""
    if queries.in_force(connection):
        return
    for path in sorted((root / FOLDER).glob("*.yaml")):
        put(connection, read_calendar(path.read_bytes(), path.name), now=now)


def put(connection: Connection, year: Year, *, now: datetime, person_id: int | None = None) -> None:
    """Keep a plan, however it was written; from now on it is the one in force for its year."""
    content = write_calendar(year)
    queries.add(
        connection,
        year=year.year,
        title=year.title,
        source=year.source,
        content=content,
        digest=digest_of(year),
        person_id=person_id,
        loaded_at=now,
    )


def digest_of(year: Year) -> str:
    """Return what tells two plans apart, be they written as YAML, JSON or a table."""
    return hashlib.sha256(write_calendar(year).encode()).hexdigest()

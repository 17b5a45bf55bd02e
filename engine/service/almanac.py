"""The calendar in force as a value, kept per process until another year is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from engine.bpmn.calendarfiles import read_calendar
from engine.core.calendars import EMPTY, Calendar
from engine.store import calendars as queries
from engine.store.schema import AnyRow


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
    return Calendar({row.year: read_calendar(row.content.encode(), f"{row.year}.yaml") for row in rows})

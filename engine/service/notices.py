"""Who opened which notice, and the numbers of the morning for those who lead a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from engine.core.errors import NotFound
from engine.core.model import Acting
from engine.service.unit import Database
from engine.store import deliveries as rows


class Notices:
    """Reads and receipts of notices; the lists are the inbox's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def opened(self, acting: Acting, notice_id: int) -> Row[Any]:
        """Note that the person opened a notice to one of their units, or to themselves, and return it.

        Raises:
            NotFound: no such notice, or not to them.
        """
        with self._database.unit(acting) as unit:
            row = rows.notice_row(unit.connection, notice_id)
            theirs = row is not None and (row.unit_id in acting.unit_ids or row.person_id == acting.person_id)
            if row is None or not theirs or acting.person_id is None:
                raise NotFound("没有这条通知，或者不是发给您的单位的")
            rows.add_readings(unit.connection, [notice_id], acting.person_id, unit.now)
            return row

    def opened_all(self, acting: Acting) -> None:
        """Note that the person has read everything that nobody of their units had."""
        with self._database.unit(acting) as unit:
            if acting.person_id is not None:
                unread = rows.unread_of(unit.connection, acting.unit_ids)
                rows.add_readings(unit.connection, unread, acting.person_id, unit.now)

    def readings(self, acting: Acting, case_id: int) -> dict[int, list[tuple[str, Any]]]:
        """Return who opened the notices of a case and when, by notice."""
        with self._database.unit(acting) as unit:
            found: dict[int, list[tuple[str, Any]]] = {}
            for row in rows.readings_of_case(unit.connection, case_id):
                found.setdefault(row.notice_id, []).append((row.name, row.at))
            return found

    def mornings(self, acting: Acting) -> Sequence[Row[Any]]:
        """Return the latest numbers of the units that the person leads."""
        led = [one.id for one in acting.units if one.head]
        if not led:
            return ()
        with self._database.unit(acting) as unit:
            return rows.latest_digests(unit.connection, led)

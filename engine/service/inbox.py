"""What waits for whom: lists and counts; one item with its form is in ``itemview``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from engine.core.model import Acting
from engine.service.casework import Casework
from engine.service.directory import Directories
from engine.service.discretion import Discretions, may_be_narrow, may_be_told_less
from engine.service.inboxrows import InboxRow, Rows, Shared, flags_of, line_of
from engine.service.itemview import Items, ItemView
from engine.service.releases import Releases
from engine.service.submissions import known_of_child
from engine.service.unit import Database, Unit
from engine.store import inbox as queries
from engine.store import sight


class Inbox:
    """Reads for the acting person; the database's row-level security says the same again."""

    def __init__(
        self,
        database: Database,
        releases: Releases,
        directories: Directories,
        casework: Casework,
        discretions: Discretions,
    ) -> None:
        self._database = database
        self._releases = releases
        self._discretions = discretions
        self._rows = Rows(releases, directories)
        self._items = Items(database, releases, casework, discretions, self._rows)

    def counts(self, acting: Acting) -> dict[str, int]:
        with self._database.unit(acting) as unit:
            return queries.counts_of(
                unit.connection, person_id=acting.person_id, unit_ids=acting.unit_ids, now=unit.now
            )

    def items(
        self,
        acting: Acting,
        *,
        view: str = "mine",
        procedure: str | None = None,
        sort: str = "due",
        page: int = 1,
    ) -> list[InboxRow]:
        """Return one page of ``mine``, ``unit``, ``working`` or ``done``."""
        with self._database.unit(acting) as unit:
            found = queries.rows_of(
                unit.connection,
                view,
                person_id=acting.person_id,
                unit_ids=acting.unit_ids,
                procedure=procedure,
                sort=sort,
                page=page,
            )
            shared = self._rows.shared(unit, found)
            reporters = self._possible_reporters(unit, acting, found)
            return [self._row_for(unit, acting, one, shared, reporters) for one in found]

    def _possible_reporters(self, unit: Unit, acting: Acting, found: Sequence[Row[Any]]) -> set[int]:
        """Return who reported these cases last: only of items that came from them more is asked."""
        if not found or not may_be_told_less(acting):
            return set()
        facts = sight.facts_of(unit.connection, sorted({one.case_id for one in found}))
        return {reporter for one in facts if (reporter := self._discretions.reporter_of(unit, one)) is not None}

    def _row_for(
        self,
        unit: Unit,
        acting: Acting,
        one: Row[Any],
        shared: Shared,
        reporters: Collection[int],
    ) -> InboxRow:
        """Return a row without the reporter it came from, and with no more of a child than a reporter said."""
        shown = self._rows.row(unit, one, shared)
        brought = may_be_narrow(acting) and self._discretions.is_brought(unit, one.jurisdiction, one)
        if not brought and one.source_unit_id not in reporters:
            return shown
        kept = self._discretions.of(unit, acting, one.case_id)
        known = known_of_child(unit, one, [one.case_id], kept)
        source = None if kept.hides(one.source_unit_id) else shown.source_name
        return replace(shown, source_name=source, child_line=line_of(one, known, unit.now), flags=flags_of(one, known))

    def procedures(self, acting: Acting) -> list[tuple[str, str]]:
        """Return key and name of the procedures of which the person's units have items."""
        with self._database.unit(acting) as unit:
            keys = queries.procedures_of(unit.connection, acting.unit_ids)
            jurisdiction = acting.units[0].jurisdiction if acting.units else ""
            if not keys:
                return []
            release = self._releases.in_force(unit.connection, jurisdiction, unit.now)
            known = ((key, release.procedures.get(key)) for key in keys)
            return [(key, procedure.model.name if procedure else key) for key, procedure in known]

    def notices(self, acting: Acting) -> list[Row[Any]]:
        with self._database.unit(acting) as unit:
            return list(queries.notices_for(unit.connection, acting.unit_ids))

    def read_notices(self, acting: Acting) -> None:
        with self._database.unit(acting) as unit:
            queries.mark_read(unit.connection, acting.unit_ids, unit.now)

    def item(self, acting: Acting, item_id: int) -> ItemView:
        """Return an item that one of the person's units may claim or did.

        Raises:
            NotFound: no such item, or not one of theirs: the two look the same.
        """
        return self._items.of(acting, item_id)

"""Lists as spreadsheets: every list that a page shows can be taken along, with numbers and codes and no names.

Taking a list along is reading it: whoever holds child lines in it calls :func:`note_reading` in the same unit.
A list elsewhere that wants to be taken along makes :class:`Sheet` and hands it to ``web.exports``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.adapters.sheets import Value, write_sheet
from engine.service.unit import Unit
from engine.store import evidence

#: No more rows go into one file; a longer list is narrowed first.
MOST_ROWS = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A list to be written: its title, the titles of its columns, and its rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]

    def content(self) -> bytes:
        """Return the workbook."""
        return write_sheet(self.title, self.columns, self.rows)


def note_reading(unit: Unit, case_ids: Iterable[int], what: str) -> None:
    """Record that the acting person took along something of each of these cases."""
    person_id = unit.acting.person_id
    if person_id is not None:
        unit_id = next(iter(unit.acting.unit_ids), None)
        ids = sorted(set(case_ids))
        evidence.add_accesses(unit.connection, ids, person_id=person_id, unit_id=unit_id, at=unit.now, what=what)

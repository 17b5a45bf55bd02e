"""When somebody wants to look at an item again: a day of their own with a sealed note. It changes no limit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from engine.core.deadlines import day_of
from engine.core.errors import Invalid, NotFound
from engine.core.model import Acting
from engine.service.unit import Database, Unit
from engine.store import casework as items
from engine.store import followups as rows

CONTEXT = "follow_up.sealed"
LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """The day, and what the person wrote for themselves."""

    on_day: date
    note: str


class FollowUps:
    """Sets and drops days to look again; each is one person's alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, acting: Acting, item_id: int, on_day: date, note: str = "") -> None:
        """Look at an item again on a day, today or later.

        Raises:
            NotFound: no such item, or not one of theirs. Invalid: by field.
        """
        with self._database.unit(acting) as unit:
            _require_theirs(unit, acting, item_id)
            if on_day < day_of(unit.now):
                raise Invalid({"on_day": "跟进日期不能早于今日"})
            if len(note) > LONGEST_NOTE:
                raise Invalid({"note": f"备注最多 {LONGEST_NOTE} 个字"})
            sealed = unit.vault.seal(json.dumps(note).encode(), context=CONTEXT)
            rows.put(
                unit.connection,
                work_item_id=item_id,
                person_id=acting.person_id,
                on_day=on_day,
                sealed=sealed.sealed,
                key_id=sealed.key_id,
                at=unit.now,
            )

    def drop(self, acting: Acting, item_id: int) -> None:
        """Look at an item no more than its limit asks."""
        with self._database.unit(acting) as unit:
            rows.drop(unit.connection, item_id, acting.person_id or 0)

    def of(self, acting: Acting, item_id: int) -> FollowUp | None:
        """Return when and why the person wants to look at an item again."""
        with self._database.unit(acting) as unit:
            row = rows.of_item(unit.connection, item_id, acting.person_id or 0)
            if row is None:
                return None
            note = json.loads(unit.vault.open(bytes(row.sealed), row.key_id, context=CONTEXT))
            return FollowUp(on_day=row.on_day, note=note)


def _require_theirs(unit: Unit, acting: Acting, item_id: int) -> None:
    if not items.may_claim(unit.connection, item_id, acting.unit_ids):
        raise NotFound("没有这件待办，或者不属于您的单位")

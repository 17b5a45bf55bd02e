"""A child's file: opened by what is known, found again by its ID number, sealed at rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.service import childchanges, childindex
from engine.service.childchanges import Why
from engine.service.unit import Unit
from engine.store import casework as rows
from engine.store import tables

ID_NUMBER = "id_no"
RESIDENCE = "residence"
BIRTH_DATE = "birth_date"

#: Children are counted through, not by the year.
ALL_YEARS = 0


def find(unit: Unit, jurisdiction: str, fields: Mapping[str, Any]) -> int | None:
    """Return the child who has this ID number already, if one is given."""
    number = fields.get(ID_NUMBER)
    if not number:
        return None
    index = unit.vault.blind_index(str(number))
    rows.lock_index(unit.connection, index)
    row = rows.child_by_index(unit.connection, index, jurisdiction)
    return int(row.id) if row else None


def open_file(
    unit: Unit,
    jurisdiction: str,
    fields: Mapping[str, Any],
    areas: Mapping[str, int],
    why: Why = Why(kind=childchanges.OPENED),  # noqa: B008 -- frozen
) -> int:
    """Open a file with what is known; a child that cannot be named yet is a number."""
    counted = rows.next_number(unit.connection, "child", ALL_YEARS)
    sealed, key_id = unit.vault.seal(_bytes(fields), context="child.sealed")
    child_id = rows.add(
        unit.connection,
        tables.child,
        code=f"儿-{counted:05d}",
        jurisdiction=jurisdiction,
        area_id=areas.get(str(fields.get(RESIDENCE) or "")),
        sealed=sealed,
        key_id=key_id,
        id_no_index=_index(unit, fields),
        created_at=unit.now,
        indexed=childindex.SET,
    )
    childindex.keep(unit, child_id, {}, fields)
    childchanges.record(unit, childchanges.row_of(unit, child_id, {}, fields, why))
    return child_id


def read(unit: Unit, row: Any) -> dict[str, Any]:
    """Return what the file holds; ``row`` is a row of ``child``."""
    opened = unit.vault.open(bytes(row.sealed), row.key_id, context="child.sealed")
    fields: dict[str, Any] = json.loads(opened)
    return fields


def add_to(unit: Unit, child_id: int, fields: Mapping[str, Any], areas: Mapping[str, int], why: Why) -> None:
    """Take what a form has learnt into the child's file; what is empty changes nothing, but for an emptied list."""
    known = {key: value for key, value in fields.items() if value not in (None, "")}
    if not known:
        return
    if unit.pending.changes(tables.child, child_id):
        unit.flush()
    row = rows.child_to_change(unit.connection, child_id)
    if row is None:
        return
    before = read(unit, row)
    replace(unit, row, before, {**before, **known}, areas, why)


def replace(
    unit: Unit, row: Any, before: Mapping[str, Any], after: Mapping[str, Any], areas: Mapping[str, int], why: Why
) -> None:
    """Let a file, locked, hold something else; nothing is written where it is the same."""
    if after == before:
        return
    sealed, key_id = unit.vault.seal(_bytes(after), context="child.sealed")
    area_id = areas.get(str(after.get(RESIDENCE) or ""))
    unit.pending.change(
        tables.child,
        row.id,
        sealed=sealed,
        key_id=key_id,
        id_no_index=_index(unit, after),
        area_id=area_id,
        version=row.version + 1,
        indexed=childindex.SET,
    )
    # A file that is not indexed yet gets all of its indexes, not those of the change alone.
    childindex.keep(unit, row.id, before if row.indexed else {}, after)
    childchanges.record(unit, childchanges.row_of(unit, row.id, before, after, why))


def _index(unit: Unit, fields: Mapping[str, Any]) -> bytes | None:
    number = fields.get(ID_NUMBER)
    return unit.vault.blind_index(str(number)) if number else None


def _bytes(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()

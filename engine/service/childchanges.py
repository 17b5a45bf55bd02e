"""Changes of a child's file: which fields, by whom, when and why; the values lie sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.service.unit import Unit
from engine.store import children as rows
from engine.store import tables

CONTEXT = "child_change.sealed"
OPENED, ANSWERED, EDITED, ROSTER, RELATED, MERGED, PARTED = (
    "opened",
    "answered",
    "edited",
    "roster",
    "related",
    "merged",
    "parted",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Who changes a file and why: ``source`` is where it is known from, ``since`` the day from which it holds."""

    kind: str
    unit_id: int | None = None
    reason: str = ""
    source: str = ""
    since: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change as it can be read: ``values`` are old and new by field."""

    id: int
    at: datetime
    kind: str
    keys: Sequence[str]
    person_name: str
    unit_name: str
    values: Mapping[str, tuple[Any, Any]]
    reason: str = ""
    source: str = ""
    since: date | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def row_of(unit: Unit, child_id: int, before: Mapping[str, Any], after: Mapping[str, Any], why: Why) -> dict[str, Any]:
    """Return the row of a change, with all values sealed."""
    keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    told = {"values": {key: [before.get(key), after.get(key)] for key in keys}}
    return sealed_row(unit, child_id, keys, told, why)


def sealed_row(unit: Unit, child_id: int, keys: Sequence[str], told: Mapping[str, Any], why: Why) -> dict[str, Any]:
    """Return the row of a change that tells more than old and new values."""
    words = {"reason": why.reason, "source": why.source, "since": why.since.isoformat() if why.since else None}
    sealed, key_id = unit.vault.seal({**told, **words}, context=CONTEXT)
    return {
        "child_id": child_id,
        "at": unit.now,
        "person_id": unit.acting.person_id,
        "unit_id": why.unit_id,
        "kind": why.kind,
        "keys": " ".join(keys),
        "sealed": sealed,
        "key_id": key_id,
        "digest": hashlib.sha256(sealed).hexdigest(),
    }


def record(unit: Unit, row: Mapping[str, Any]) -> None:
    """Write a change with the rest of the unit."""
    unit.pending.add(tables.child_change, [row])


def read(unit: Unit, child_id: int) -> list[Change]:
    """Return the changes of a file, the latest first."""
    return [_change(unit, row) for row in rows.changes_of(unit.connection, child_id)]


def _change(unit: Unit, row: Any) -> Change:
    told = unit.vault.open_record(bytes(row.sealed), row.key_id, context=CONTEXT)
    return Change(
        id=row.id,
        at=row.at,
        kind=row.kind,
        keys=row.keys.split(),
        person_name=row.person_name or "",
        unit_name=row.unit_name or "",
        values={key: (one[0], one[1]) for key, one in told.get("values", {}).items()},
        reason=told.get("reason") or "",
        source=told.get("source") or "",
        since=date.fromisoformat(told["since"]) if told.get("since") else None,
        more=told,
    )

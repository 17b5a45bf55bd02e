"""What somebody has typed into a task's form and not handed in: one row a person and item, encrypted. Never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.store.paper import draft
from engine.store.schema import AnyRow
from engine.store.tables import work_item


def of_item(connection: Connection, item_id: int, person_id: int) -> AnyRow | None:
    own = (draft.c.work_item_id == item_id, draft.c.person_id == person_id)
    return connection.execute(select(draft).where(*own)).one_or_none()


def save(connection: Connection, *, seen: int, **values: Any) -> int | None:
    """Write a draft over the one of version ``seen`` (0: none) and return its version.

    None where another one has been written since: nothing is changed then.
    """
    made = upsert(draft).values(**values, version=seen + 1)
    changed = {name: made.excluded[name] for name in ("sealed", "key_id", "at")} | {"version": draft.c.version + 1}
    keys = [draft.c.work_item_id, draft.c.person_id]
    over = made.on_conflict_do_update(index_elements=keys, set_=changed, where=draft.c.version == seen)
    return connection.execute(over.returning(draft.c.version)).scalar_one_or_none()


def drop(connection: Connection, item_id: int, person_id: int) -> None:
    own = (draft.c.work_item_id == item_id, draft.c.person_id == person_id)
    connection.execute(delete(draft).where(*own))


def drop_of_closed(connection: Connection, before: datetime) -> int:
    """Delete the drafts of items that were closed before an instant; return how many."""
    closed = select(work_item.c.id).where(work_item.c.done_at < before)
    return connection.execute(delete(draft).where(draft.c.work_item_id.in_(closed))).rowcount

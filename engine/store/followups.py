"""When a person wants to look at an item again, and why: the note lies here encrypted. Never commits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    delete,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.store.schema import AnyRow, metadata, moment, reference

follow_up = Table(
    "follow_up",
    metadata,
    Column("work_item_id", BigInteger, ForeignKey("work_item.id", ondelete="CASCADE"), primary_key=True),
    reference("person_id", "person.id", primary_key=True),
    Column("on_day", Date, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    moment("at"),
)
Index(None, follow_up.c.person_id, follow_up.c.on_day)


def put(connection: Connection, **values: Any) -> None:
    """Write a person's follow-up of an item, in place of the one before."""
    made = upsert(follow_up).values(**values)
    changed = {name: made.excluded[name] for name in ("on_day", "sealed", "key_id", "at")}
    keys = [follow_up.c.work_item_id, follow_up.c.person_id]
    connection.execute(made.on_conflict_do_update(index_elements=keys, set_=changed))


def drop(connection: Connection, item_id: int, person_id: int) -> None:
    own = (follow_up.c.work_item_id == item_id, follow_up.c.person_id == person_id)
    connection.execute(delete(follow_up).where(*own))


def of_item(connection: Connection, item_id: int, person_id: int) -> AnyRow | None:
    wanted = select(follow_up).where(follow_up.c.work_item_id == item_id, follow_up.c.person_id == person_id)
    return connection.execute(wanted).one_or_none()

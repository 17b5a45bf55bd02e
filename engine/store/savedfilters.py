"""Filters of lists that people keep by name, for themselves or for their unit. Never commits; holds no case data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.store.org import person, unit
from engine.store.schema import AnyRow, identity, metadata, moment, reference, small_json

saved_filter = Table(
    "saved_filter",
    metadata,
    identity(),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id", nullable=True),
    Column("name", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    moment("at"),
    CheckConstraint("char_length(name) BETWEEN 1 AND 40", name="name"),
    small_json("wanted"),
)
Index("uq_saved_filter_own", saved_filter.c.person_id, saved_filter.c.name, unique=True)
Index(None, saved_filter.c.unit_id, postgresql_where=saved_filter.c.unit_id.is_not(None))

#: Which filter a person's list opens with.
default_filter = Table(
    "default_filter",
    metadata,
    reference("person_id", "person.id", primary_key=True),
    Column("filter_id", BigInteger, ForeignKey("saved_filter.id", ondelete="CASCADE"), nullable=False),
)
Index(None, default_filter.c.filter_id)


def filters_for(connection: Connection, person_id: int, unit_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return a person's own filters and those shared in their units, with names and whether one is the default."""
    is_default = default_filter.c.filter_id.is_not(None).label("is_default")
    wanted = (
        select(saved_filter, person.c.name.label("author"), unit.c.name.label("unit_name"), is_default)
        .join(person, person.c.id == saved_filter.c.person_id)
        .outerjoin(unit, unit.c.id == saved_filter.c.unit_id)
        .outerjoin(
            default_filter,
            (default_filter.c.filter_id == saved_filter.c.id) & (default_filter.c.person_id == person_id),
        )
        .where(or_(saved_filter.c.person_id == person_id, saved_filter.c.unit_id.in_(unit_ids)))
    )
    return connection.execute(wanted.order_by(saved_filter.c.unit_id.is_not(None), saved_filter.c.name)).all()


def count_of(connection: Connection, person_id: int) -> int:
    wanted = select(func.count()).where(saved_filter.c.person_id == person_id)
    return int(connection.scalar(wanted) or 0)


def add(connection: Connection, **values: Any) -> int:
    """Insert a filter and return its id."""
    added: int = connection.execute(insert(saved_filter).values(**values).returning(saved_filter.c.id)).scalar_one()
    return added


def change(connection: Connection, filter_id: int, **values: Any) -> None:
    connection.execute(update(saved_filter).where(saved_filter.c.id == filter_id).values(**values))


def drop(connection: Connection, filter_id: int) -> None:
    connection.execute(delete(saved_filter).where(saved_filter.c.id == filter_id))


def set_default(connection: Connection, person_id: int, filter_id: int | None) -> None:
    """Let a person's list open with this filter, or with none."""
    if filter_id is None:
        connection.execute(delete(default_filter).where(default_filter.c.person_id == person_id))
        return
    made = upsert(default_filter).values(person_id=person_id, filter_id=filter_id)
    again = made.on_conflict_do_update(index_elements=[default_filter.c.person_id], set_={"filter_id": filter_id})
    connection.execute(again)

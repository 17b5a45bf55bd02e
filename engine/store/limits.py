"""What people did to the limits of items: suspended, resumed, extended. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    LargeBinary,
    ScalarSelect,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from engine.store.cases import work_item
from engine.store.org import person, unit
from engine.store.schema import AnyRow, both_or_neither, hex_digest, identity, metadata, moment, one_of, reference

limit_change = Table(
    "limit_change",
    metadata,
    identity(),
    reference("case_id", "case.id"),
    reference("work_item_id", "work_item.id"),
    Column("kind", Text, nullable=False),
    moment("at"),
    Column("length", Text),
    Column("until", Date),
    moment("due_before", nullable=True),
    moment("due_after", nullable=True),
    Column("source", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    reference("person_id", "person.id"),
    reference("unit_id", "unit.id"),
    Column("role", Text, nullable=False),
    one_of("kind", "suspend", "resume", "extend"),
    both_or_neither("extend", "kind = 'extend'", "num_nonnulls(length, until) = 1"),
    hex_digest("digest"),
)
Index(None, limit_change.c.work_item_id)
Index(None, limit_change.c.case_id)


def changes_of_item() -> ScalarSelect[str]:
    """Return a sub-select beside ``work_item``: its changes as JSON, in order; null where there are none."""
    one = func.json_build_object(
        *("kind", limit_change.c.kind, "at", limit_change.c.at),
        *("length", limit_change.c.length, "until", limit_change.c.until),
    )
    told = select(func.json_agg(aggregate_order_by(one, limit_change.c.id)))
    return told.where(limit_change.c.work_item_id == work_item.c.id).scalar_subquery()


def with_people(connection: Connection, item_id: int) -> Sequence[AnyRow]:
    """Return the changes of one item in order, with ``by`` and ``unit_name``."""
    wanted = (
        select(limit_change, person.c.name.label("by"), unit.c.name.label("unit_name"))
        .join(person, person.c.id == limit_change.c.person_id)
        .join(unit, unit.c.id == limit_change.c.unit_id)
        .where(limit_change.c.work_item_id == item_id)
        .order_by(limit_change.c.id)
    )
    return connection.execute(wanted).all()


def item_of(connection: Connection, item_id: int) -> AnyRow | None:
    """Return case_id and procedure of an item in a case that the acting person may see."""
    wanted = select(work_item.c.case_id, work_item.c.procedure).where(work_item.c.id == item_id)
    return connection.execute(wanted).one_or_none()

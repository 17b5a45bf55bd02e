"""The working-day calendars: each year as it was published; what was loaded last for a year is in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    ScalarSelect,
    Table,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
    text,
)

from engine.store.cases import case, instance, timer, work_item
from engine.store.org import person
from engine.store.schema import AnyRow, hex_digest, identity, metadata, moment, reference

#: A calendar that holds everywhere; a code is kept for days that one jurisdiction alone has off.
EVERYWHERE = ""

calendar = Table(
    "calendar",
    metadata,
    identity(),
    Column("jurisdiction", Text, nullable=False, server_default=text("''")),
    Column("year", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("digest", Text, nullable=False),
    reference("person_id", "person.id", nullable=True),
    moment("loaded_at"),
    hex_digest("digest"),
    CheckConstraint("year BETWEEN 1949 AND 2999", name="year"),
)
Index(None, calendar.c.jurisdiction, calendar.c.year, calendar.c.id)


def calendar_mark() -> ScalarSelect[Any]:
    """Return a sub-select: a number that changes with every calendar loaded; rows are only ever added."""
    return select(func.coalesce(func.max(calendar.c.id), 0)).scalar_subquery()


def in_force(connection: Connection) -> Sequence[AnyRow]:
    """Return the row in force for each year, by year."""
    wanted = (
        select(calendar)
        .where(calendar.c.jurisdiction == EVERYWHERE)
        .distinct(calendar.c.year)
        .order_by(calendar.c.year, calendar.c.id.desc())
    )
    return connection.execute(wanted).all()


def with_people(connection: Connection, year: int | None = None) -> Sequence[AnyRow]:
    """Return everything that was ever loaded, of one year or of all, with ``loaded_by``; the latest first."""
    wanted = select(calendar, person.c.name.label("loaded_by")).outerjoin(person, person.c.id == calendar.c.person_id)
    wanted = wanted.where(calendar.c.jurisdiction == EVERYWHERE)
    if year is not None:
        wanted = wanted.where(calendar.c.year == year)
    return connection.execute(wanted.order_by(calendar.c.year.desc(), calendar.c.id.desc())).all()


def add(connection: Connection, **values: Any) -> int:
    """Insert a calendar and return its id."""
    added: int = connection.execute(insert(calendar).values(**values).returning(calendar.c.id)).scalar_one()
    return added


def cases_that_count(connection: Connection, begins: datetime, ends: datetime) -> list[int]:
    """Return the open cases of which a limit or timer under way may depend on the days from ``begins`` to ``ends``."""
    under_way = work_item.c.state.in_(("open", "claimed"))
    reaches = or_(
        work_item.c.provisional,
        work_item.c.suspended_at.is_not(None),
        and_(work_item.c.due_at >= begins, func.coalesce(work_item.c.limit_start, work_item.c.opened_at) < ends),
    )
    items = select(work_item.c.case_id).where(under_way, reaches)
    running = and_(instance.c.id == timer.c.instance_id, instance.c.started_at < ends)
    timers = select(timer.c.case_id).join(instance, running).where(timer.c.due_at >= begins)
    wanted = select(case.c.id).where(case.c.state == "open", or_(case.c.id.in_(items), case.c.id.in_(timers)))
    return list(connection.scalars(wanted.order_by(case.c.id)))

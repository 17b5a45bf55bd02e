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
    literal,
    or_,
    select,
    text,
    union,
)
from sqlalchemy import case as case_when
from sqlalchemy.dialects.postgresql import distinct_on

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
        .ext(distinct_on(calendar.c.year))
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


def lock(connection: Connection) -> None:
    """Let one plan at a time be loaded."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("calendar"))))


def under_way(connection: Connection, begins: datetime, ends: datetime) -> Sequence[AnyRow]:
    """Return what is open in open cases and may reach the days from ``begins`` to ``ends``.

    Rows are (case_id, release_id, procedure, name, element): of an item the name of its limit, of a
    watched limit its name, of a diagram's timer its element too.
    """
    of_items = (
        select(work_item.c.case_id, instance.c.release_id, work_item.c.procedure)
        .add_columns(work_item.c.limit_name.label("name"), literal(None, Text).label("element"))
        .join(instance, instance.c.id == work_item.c.instance_id)
        .where(work_item.c.state.in_(("open", "claimed")), work_item.c.limit_name.is_not(None))
        .where(or_(work_item.c.provisional, and_(work_item.c.due_at >= begins, work_item.c.limit_start < ends)))
    )
    element = case_when((timer.c.kind == "bpmn", timer.c.element))
    of_timers = (
        select(timer.c.case_id, instance.c.release_id, instance.c.procedure)
        .add_columns(timer.c.name, element.label("element"))
        .join(instance, instance.c.id == timer.c.instance_id)
        .where(timer.c.kind.in_(("bpmn", "watch")), timer.c.due_at >= begins, instance.c.started_at < ends)
    )
    found = union(of_items, of_timers).subquery()
    wanted = select(found).join(case, case.c.id == found.c.case_id).where(case.c.state == "open")
    return connection.execute(wanted).all()

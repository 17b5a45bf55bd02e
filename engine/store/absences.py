"""Who is away, from when to when, and who stands in. Holds no case data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Connection,
    Index,
    Select,
    Table,
    and_,
    insert,
    or_,
    select,
    text,
    update,
)

from engine.store.org import membership, person, unit
from engine.store.schema import AnyRow, identity, metadata, moment, reference, words

absence = Table(
    "absence",
    metadata,
    identity(),
    reference("person_id", "person.id"),
    reference("substitute_id", "person.id", nullable=True),
    moment("since"),
    moment("until"),
    words("procedures"),
    reference("recorded_by", "person.id"),
    moment("recorded_at"),
    moment("ended_at", nullable=True),
    reference("ended_by", "person.id", nullable=True),
    CheckConstraint("until > since", name="until_after_since"),
    CheckConstraint("substitute_id <> person_id", name="not_for_oneself"),
)
Index(None, absence.c.person_id, absence.c.until)
Index(None, absence.c.substitute_id, absence.c.until)

_substitute = person.alias("substitute")
_recorder = person.alias("recorder")


def _named() -> Select[Any]:
    return (
        select(
            absence,
            person.c.name,
            _substitute.c.name.label("substitute_name"),
            _recorder.c.name.label("recorder_name"),
        )
        .join(person, person.c.id == absence.c.person_id)
        .join(_recorder, _recorder.c.id == absence.c.recorded_by)
        .outerjoin(_substitute, _substitute.c.id == absence.c.substitute_id)
    )


def _runs(now: datetime) -> ColumnElement[bool]:
    ended = or_(absence.c.ended_at.is_(None), absence.c.ended_at > now)
    return and_(absence.c.since <= now, absence.c.until > now, ended)


def covers_of(connection: Connection, person_id: int, now: datetime) -> Sequence[AnyRow]:
    """Return the absences in which the person stands in now, with the absent person's ``name``."""
    return connection.execute(_named().where(absence.c.substitute_id == person_id, _runs(now))).all()


def not_over(connection: Connection, person_ids: Sequence[int], now: datetime) -> Sequence[AnyRow]:
    """Return the absences of these people, or in which they stand in, that run now or are to come, by their start."""
    theirs = or_(absence.c.person_id.in_(person_ids), absence.c.substitute_id.in_(person_ids))
    wanted = _named().where(theirs, absence.c.until > now, absence.c.ended_at.is_(None))
    return connection.execute(wanted.order_by(absence.c.since, absence.c.id)).all()


def lock(connection: Connection) -> None:
    """Let one absence at a time be recorded, so that two cannot make a circle together."""
    connection.execute(text("LOCK TABLE absence IN SHARE ROW EXCLUSIVE MODE"))


def by_id(connection: Connection, absence_id: int) -> AnyRow | None:
    """Return an absence, locked until the unit of work ends."""
    return connection.execute(select(absence).where(absence.c.id == absence_id).with_for_update()).one_or_none()


def add(connection: Connection, **values: object) -> int:
    made: int = connection.execute(insert(absence).values(**values).returning(absence.c.id)).scalar_one()
    return made


def end(connection: Connection, absence_id: int, *, at: datetime, by: int | None) -> None:
    connection.execute(update(absence).where(absence.c.id == absence_id).values(ended_at=at, ended_by=by))


def members_of(connection: Connection, unit_ids: Sequence[int], now: datetime) -> Sequence[AnyRow]:
    """Return who acts for these units now (person_id, name, unit_id, unit_name, head), by unit and name."""
    current = and_(membership.c.since <= now, or_(membership.c.until.is_(None), membership.c.until > now))
    wanted = (
        select(
            membership.c.person_id,
            person.c.name,
            membership.c.unit_id,
            unit.c.name.label("unit_name"),
            membership.c.head,
        )
        .join(person, person.c.id == membership.c.person_id)
        .join(unit, unit.c.id == membership.c.unit_id)
        .where(membership.c.unit_id.in_(unit_ids), current, person.c.ended_at.is_(None))
        .order_by(membership.c.unit_id, person.c.name, person.c.id)
    )
    return connection.execute(wanted).all()

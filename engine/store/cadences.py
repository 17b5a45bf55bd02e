"""Occurrences of cadences: one row for each cadence, period and subject. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Index, Row, Table, Text, func, select, text, update

from engine.core.cadences import WINDOW
from engine.store.cases import instance
from engine.store.releases import release
from engine.store.schema import AnyRow, identity, metadata, moment, reference

#: What is due once for one unit or child in one period, whatever restarts and however many clocks run.
occurrence = Table(
    "occurrence",
    metadata,
    identity(),
    Column("jurisdiction", Text, nullable=False),
    Column("cadence", Text, nullable=False),
    Column("period", Text, nullable=False),
    reference("unit_id", "unit.id", nullable=True),
    reference("child_id", "child.id", nullable=True),
    moment("due_at"),
    moment("begun_at", nullable=True),
    moment("skipped_at", nullable=True),
    reference("instance_id", "instance.id", nullable=True),
    CheckConstraint("num_nonnulls(unit_id, child_id) = 1", name="subject"),
    CheckConstraint("begun_at IS NULL OR skipped_at IS NULL", name="begun_or_skipped"),
)
Index(
    "uq_occurrence_unit",
    occurrence.c.jurisdiction,
    occurrence.c.cadence,
    occurrence.c.period,
    occurrence.c.unit_id,
    unique=True,
    postgresql_where=occurrence.c.unit_id.is_not(None),
)
Index(
    "uq_occurrence_child",
    occurrence.c.jurisdiction,
    occurrence.c.cadence,
    occurrence.c.period,
    occurrence.c.child_id,
    unique=True,
    postgresql_where=occurrence.c.child_id.is_not(None),
)
_waiting = occurrence.c.begun_at.is_(None) & occurrence.c.skipped_at.is_(None)
Index("ix_occurrence_due", occurrence.c.due_at, postgresql_where=_waiting)
Index(None, occurrence.c.unit_id)
Index(None, occurrence.c.child_id)
Index(None, occurrence.c.instance_id)

#: Each subject has its own moment of the working hours, the same for every clock.
_SPREAD = (
    "CAST(:opens AS timestamptz) + make_interval(secs => (hashtextextended(:cadence || ':' || {key}, 0)"
    f" & 9223372036854775807) % {WINDOW})"
)
_PLAN_UNITS = text(
    f"""
    INSERT INTO occurrence (jurisdiction, cadence, period, unit_id, due_at)
    SELECT u.jurisdiction, :cadence, :period, u.id, {_SPREAD.format(key="u.key")}
    FROM unit u JOIN area a ON a.id = u.area_id
    WHERE u.jurisdiction = :jurisdiction AND u.ended_at IS NULL AND :each = ANY (u.roles)
      AND (CAST(:areas AS text[]) IS NULL OR a.key = ANY (CAST(:areas AS text[])))
      AND NOT EXISTS (
          SELECT FROM occurrence o WHERE o.jurisdiction = u.jurisdiction AND o.cadence = :cadence
          AND o.period = :period AND o.unit_id = u.id)
    ON CONFLICT DO NOTHING
    """  # noqa: S608 -- the only thing put in is our own constant
)
_PLAN_CHILDREN = text(
    f"""
    INSERT INTO occurrence (jurisdiction, cadence, period, child_id, due_at)
    SELECT c.jurisdiction, :cadence, :period, c.id, {_SPREAD.format(key="c.code")}
    FROM register_entry r JOIN child c ON c.id = r.child_id
    WHERE c.jurisdiction = :jurisdiction AND r.state = 'listed' AND c.merged_into IS NULL
      AND NOT EXISTS (
          SELECT FROM occurrence o WHERE o.jurisdiction = c.jurisdiction AND o.cadence = :cadence
          AND o.period = :period AND o.child_id = c.id)
    ON CONFLICT DO NOTHING
    """  # noqa: S608 -- the same
)


def plan_units(
    connection: Connection,
    *,
    jurisdiction: str,
    cadence: str,
    period: str,
    each: str,
    opens: datetime,
    areas: Sequence[str] | None,
) -> None:
    """Plan the period for every unit that holds a role and has not been planned for; ``areas``: only there."""
    given = {"jurisdiction": jurisdiction, "cadence": cadence, "period": period, "each": each, "opens": opens}
    connection.execute(_PLAN_UNITS, given | {"areas": None if areas is None else list(areas)})


def plan_children(connection: Connection, *, jurisdiction: str, cadence: str, period: str, opens: datetime) -> None:
    """Plan the period for every child that is listed and has not been planned for."""
    given = {"jurisdiction": jurisdiction, "cadence": cadence, "period": period, "opens": opens}
    connection.execute(_PLAN_CHILDREN, given)


def next_due(connection: Connection) -> datetime | None:
    """Return when the next occurrence is due that has not begun."""
    due: datetime | None = connection.scalar(select(func.min(occurrence.c.due_at)).where(_waiting))
    return due


def take_due(connection: Connection, now: datetime) -> Row[Any] | None:
    """Return an occurrence that is due, locked; what another clock holds is skipped."""
    wanted = (
        select(occurrence)
        .where(_waiting, occurrence.c.due_at <= now)
        .order_by(occurrence.c.due_at, occurrence.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(wanted).one_or_none()


def hold(
    connection: Connection,
    *,
    jurisdiction: str,
    cadence: str,
    period: str,
    due_at: datetime,
    unit_id: int | None = None,
    child_id: int | None = None,
) -> Row[Any]:
    """Return the occurrence of a subject, locked, planned now where it was not: first of all, before the case."""
    key = {"jurisdiction": jurisdiction, "cadence": cadence, "period": period, "unit_id": unit_id, "child_id": child_id}
    connection.execute(_HOLD, key | {"due_at": due_at})
    wanted = select(occurrence).where(
        *(occurrence.c[name] == value for name, value in key.items() if value is not None)
    )
    return connection.execute(wanted.with_for_update()).one()


def cycle_of(connection: Connection, *, unit_id: int, cadence: str, period: str) -> AnyRow | None:
    """Return the case and the end of a unit's cycle of a period, where it has begun."""
    wanted = (
        select(instance.c.case_id, instance.c.ended_at)
        .join(occurrence, occurrence.c.instance_id == instance.c.id)
        .where(occurrence.c.unit_id == unit_id, occurrence.c.cadence == cadence, occurrence.c.period == period)
    )
    return connection.execute(wanted).one_or_none()


_HOLD = text(
    """
    INSERT INTO occurrence (jurisdiction, cadence, period, unit_id, child_id, due_at)
    VALUES (:jurisdiction, :cadence, :period, CAST(:unit_id AS bigint), CAST(:child_id AS bigint),
            CAST(:due_at AS timestamptz))
    ON CONFLICT DO NOTHING
    """
)


def begin(connection: Connection, occurrence_id: int, *, at: datetime, instance_id: int) -> None:
    """Note that the cycle has begun, by the clock or by hand."""
    _change(connection, occurrence_id, begun_at=at, skipped_at=None, instance_id=instance_id)


def skip(connection: Connection, occurrence_id: int, *, at: datetime) -> None:
    """Note that nothing begins: the condition does not hold, or the period is over."""
    _change(connection, occurrence_id, skipped_at=at)


def put_off(connection: Connection, occurrence_id: int, *, until: datetime) -> None:
    """Let the clock try again later."""
    _change(connection, occurrence_id, due_at=until)


def _change(connection: Connection, occurrence_id: int, **values: Any) -> None:
    connection.execute(update(occurrence).where(occurrence.c.id == occurrence_id).values(**values))


def jurisdictions(connection: Connection, now: datetime) -> Sequence[str]:
    """Return the jurisdictions that have a release in force."""
    published = (release.c.state == "published") & (release.c.effective_at <= now)
    return sorted(connection.scalars(select(release.c.jurisdiction).where(published).distinct()))

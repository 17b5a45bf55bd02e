"""What the units of a person have to do with a case, and who reported it. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, exists, or_, select

from engine.store.schema import AnyRow
from engine.store.tables import case, case_access, instance, notice, work_item, work_item_unit

#: Reasons for which a case is before a unit that did not bring it there itself.
_OF_OFFICE = ("lead", "notice")
#: Kinds of notices that concern a unit beyond its own open items.
_TOLD = ("told", "moved", "escalated")


def facts_of(connection: Connection, case_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return id, jurisdiction and facts of these cases."""
    wanted = select(case.c.id, case.c.jurisdiction, case.c.facts).where(case.c.id.in_(case_ids))
    return connection.execute(wanted).all()


def parts_in(connection: Connection, case_id: int, unit_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return the tasks that these units have or had in a case, or in one that was merged into it."""
    wanted = (
        select(work_item_unit.c.unit_id, work_item.c.procedure, work_item.c.element, instance.c.release_id)
        .join(work_item, work_item.c.id == work_item_unit.c.work_item_id)
        .join(instance, instance.c.id == work_item.c.instance_id)
        .where(_within(work_item.c.case_id, case_id), work_item_unit.c.unit_id.in_(unit_ids))
    )
    return connection.execute(wanted.distinct()).all()


def is_told(connection: Connection, case_id: int, unit_ids: Sequence[int]) -> bool:
    """Say whether the case is before one of the units by its office, or one was told of it."""
    of_office = and_(
        case_access.c.case_id == case_id, case_access.c.unit_id.in_(unit_ids), case_access.c.why.in_(_OF_OFFICE)
    )
    told = and_(_within(notice.c.case_id, case_id), notice.c.unit_id.in_(unit_ids), notice.c.kind.in_(_TOLD))
    wanted = select(or_(exists().where(of_office), exists().where(told)))
    return bool(connection.scalar(wanted))


def starts_of(connection: Connection, case_id: int) -> Sequence[AnyRow]:
    """Return the procedures of a case, and of those merged into it, with who started each."""
    wanted = select(instance.c.procedure, instance.c.release_id, instance.c.started_by_unit_id)
    return connection.execute(wanted.where(_within(instance.c.case_id, case_id)).distinct()).all()


def _within(column: ColumnElement[int], case_id: int) -> ColumnElement[bool]:
    """Return the condition that a row is of the case, or of one that was merged into it."""
    merged: ScalarSelect[Any] = select(case.c.id).where(case.c.merged_into == case_id).scalar_subquery()
    return or_(column == case_id, column.in_(merged))

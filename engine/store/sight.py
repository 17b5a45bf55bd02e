"""What the units of a person have to do with cases, and who reported them. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, null, or_, select, union

from engine.store.schema import AnyRow
from engine.store.tables import case, case_access, instance, notice, work_item, work_item_unit

#: Reasons for which a case is before a unit that did not bring it there itself.
_OF_OFFICE = ("lead", "notice")
#: Kinds of notices that concern a unit beyond its own open items.
_TOLD = ("told", "moved", "overdue", "escalated")


def facts_of(connection: Connection, case_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return id, jurisdiction and facts of these cases."""
    wanted = select(case.c.id, case.c.jurisdiction, case.c.facts).where(case.c.id.in_(case_ids))
    return connection.execute(wanted).all()


def parts_in(connection: Connection, case_ids: Sequence[int], unit_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """Return the tasks that these units have or had in each case, or in one that was merged into it."""
    wanted = (
        select(*_PARTS, work_item_unit.c.unit_id, work_item.c.procedure, work_item.c.element, instance.c.release_id)
        .join(work_item, work_item.c.id == work_item_unit.c.work_item_id)
        .join(instance, instance.c.id == work_item.c.instance_id)
        .join(_part, _part.c.id == work_item.c.case_id)
        .where(_within(case_ids), work_item_unit.c.unit_id.in_(unit_ids))
    )
    return _by_case(connection.execute(wanted.distinct()), case_ids)


def told_of(connection: Connection, case_ids: Sequence[int], unit_ids: Sequence[int]) -> set[int]:
    """Return the cases that are before one of the units by its office, or of which one was told."""
    of_office = select(case_access.c.case_id, null()).where(
        case_access.c.case_id.in_(case_ids), case_access.c.unit_id.in_(unit_ids), case_access.c.why.in_(_OF_OFFICE)
    )
    told = (
        select(*_PARTS)
        .join(notice, notice.c.case_id == _part.c.id)
        .where(_within(case_ids), notice.c.unit_id.in_(unit_ids), notice.c.kind.in_(_TOLD))
    )
    either = union(told, of_office)
    return set(_by_case(connection.execute(either), case_ids))


def starts_of(connection: Connection, case_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """Return the procedures of each case, and of those merged into it, with who started each."""
    wanted = (
        select(*_PARTS, instance.c.procedure, instance.c.release_id, instance.c.started_by_unit_id)
        .join(_part, _part.c.id == instance.c.case_id)
        .where(_within(case_ids))
    )
    return _by_case(connection.execute(wanted.distinct()), case_ids)


_part = case.alias("part")
_PARTS = (_part.c.id.label("part_id"), _part.c.merged_into)


def _within(case_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a part is one of the cases, or was merged into one."""
    return or_(_part.c.id.in_(case_ids), _part.c.merged_into.in_(case_ids))


def _by_case(rows: Iterable[AnyRow], case_ids: Collection[int]) -> dict[int, list[AnyRow]]:
    """Put each row under the cases that it is of: its own, and that into which this was merged."""
    found: dict[int, list[AnyRow]] = {}
    for row in rows:
        for whole in {row.part_id, row.merged_into}.intersection(case_ids):
            found.setdefault(whole, []).append(row)
    return found

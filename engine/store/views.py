"""Queries of the case, child and search pages. Never commits; row-level security applies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from engine.store.tables import (
    access,
    area,
    case,
    child,
    instance,
    journal,
    notice,
    person,
    receipt,
    release,
    submission,
    unit,
    work_item,
)

#: How many cases a search shows.
MOST = 100


def _about() -> ColumnElement[str]:
    """Return whom or what a case is about: the child's code, or the area's name."""
    return func.coalesce(child.c.code, area.c.name)


def case_row(connection: Connection, case_id: int) -> Row[Any] | None:
    """Return a case with the code and sealed file of its child."""
    wanted = (
        select(case, _about().label("child_code"), child.c.sealed, child.c.key_id)
        .outerjoin(child, child.c.id == case.c.child_id)
        .outerjoin(area, and_(case.c.subject == "area", area.c.id == case.c.area_id))
        .where(case.c.id == case_id)
    )
    return connection.execute(wanted).one_or_none()


def cases_of_child(connection: Connection, child_id: int) -> Sequence[Row[Any]]:
    wanted = select(case).where(case.c.child_id == child_id).order_by(case.c.opened_at.desc())
    return connection.execute(wanted).all()


def child_row(connection: Connection, child_id: int) -> Row[Any] | None:
    return connection.execute(select(child).where(child.c.id == child_id)).one_or_none()


def journal_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    wanted = select(journal).where(journal.c.case_id == case_id).order_by(journal.c.seq)
    return connection.execute(wanted).all()


def instances_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Return the instances of a case with the number of each one's release."""
    wanted = (
        select(instance, release.c.number.label("release_number"))
        .join(release, release.c.id == instance.c.release_id)
        .where(instance.c.case_id == case_id)
        .order_by(instance.c.id)
    )
    return connection.execute(wanted).all()


def item_names(connection: Connection, case_id: int) -> dict[int, str]:
    wanted = select(work_item.c.id, work_item.c.name).where(work_item.c.case_id == case_id)
    return {row.id: row.name for row in connection.execute(wanted)}


def item_procedures(connection: Connection, case_id: int) -> dict[int, str]:
    wanted = select(work_item.c.id, work_item.c.procedure).where(work_item.c.case_id == case_id)
    return {row.id: row.procedure for row in connection.execute(wanted)}


def names_of_people(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    wanted = select(person.c.id, person.c.name).where(person.c.id.in_(ids))
    return {row.id: row.name for row in connection.execute(wanted)}


def readers_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Return who has read the case, the latest first."""
    wanted = (
        select(access, person.c.name, unit.c.name.label("unit"))
        .join(person, person.c.id == access.c.person_id)
        .outerjoin(unit, unit.c.id == access.c.unit_id)
        .where(access.c.case_id == case_id)
        .order_by(access.c.at.desc(), access.c.id.desc())
    )
    return connection.execute(wanted.limit(MOST)).all()


def notices_with_units(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    wanted = (
        select(notice, unit.c.name.label("to"))
        .outerjoin(unit, unit.c.id == notice.c.unit_id)
        .where(notice.c.case_id == case_id)
        .order_by(notice.c.at.desc(), notice.c.id.desc())
    )
    return connection.execute(wanted).all()


def submissions_of_units(
    connection: Connection, case_ids: Sequence[int], unit_ids: Sequence[int]
) -> Sequence[Row[Any]]:
    """Return what these units have handed in in these cases, the oldest first."""
    wanted = select(submission).where(submission.c.case_id.in_(case_ids), submission.c.unit_id.in_(unit_ids))
    return connection.execute(wanted.order_by(submission.c.id)).all()


def search(connection: Connection, text: str, index: bytes | None, *, most: int = MOST) -> Sequence[Row[Any]]:
    """Return the cases that fit a case number, a child's code or an ID number's index, newest first."""
    running = (
        select(func.string_agg(instance.c.procedure.distinct(), " "))
        .where(instance.c.case_id == case.c.id, instance.c.ended_at.is_(None))
        .scalar_subquery()
    )
    wanted = (
        select(case, _about().label("child_code"), child.c.sealed, child.c.key_id, running.label("keys"))
        .outerjoin(child, child.c.id == case.c.child_id)
        .outerjoin(area, and_(case.c.subject == "area", area.c.id == case.c.area_id))
    )
    if text:
        fits = [case.c.number.icontains(text, autoescape=True), _about().icontains(text, autoescape=True)]
        fits += [child.c.id_no_index == index] if index is not None else []
        wanted = wanted.where(or_(*fits))
    return connection.execute(wanted.order_by(case.c.opened_at.desc(), case.c.id.desc()).limit(most)).all()


def case_of_receipt(connection: Connection, digest: str) -> int | None:
    return connection.scalar(select(receipt.c.case_id).where(receipt.c.digest == digest))


def submitted_items(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Return what was handed in for the items of a case with their names, the latest first."""
    wanted = (
        select(
            submission,
            work_item.c.name,
            work_item.c.element,
            work_item.c.procedure,
            instance.c.release_id,
            person.c.name.label("person_name"),
            unit.c.name.label("unit_name"),
        )
        .join(work_item, work_item.c.id == submission.c.work_item_id)
        .join(instance, instance.c.id == work_item.c.instance_id)
        .outerjoin(person, person.c.id == submission.c.person_id)
        .outerjoin(unit, unit.c.id == submission.c.unit_id)
        .where(submission.c.case_id == case_id)
        .order_by(submission.c.at.desc(), submission.c.id.desc())
    )
    return connection.execute(wanted).all()


def items_of_instances(connection: Connection, instance_ids: Sequence[int]) -> dict[int, int]:
    """Return the items of these instances, each with the unit that has or did it."""
    wanted = select(work_item.c.id, work_item.c.unit_id).where(work_item.c.instance_id.in_(instance_ids))
    return {row.id: row.unit_id for row in connection.execute(wanted)}

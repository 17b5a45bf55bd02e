"""Queries of running cases: what one verb loads, and what it writes back. Never commits.

All of them run inside a unit of work whose actor has been set, so row-level security says the
same a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, any_, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.store.calendars import calendar_mark
from engine.store.limits import changes_of_item
from engine.store.org import directory_mark
from engine.store.releases import in_force
from engine.store.schema import AnyRow
from engine.store.tables import (
    awaiting,
    case,
    case_access,
    child,
    counter,
    document,
    incident,
    instance,
    notice,
    person,
    receipt,
    submission,
    subscription,
    timer,
    unit,
    work_item,
    work_item_unit,
)

UNDER_WAY = ("open", "claimed")

#: Incident kinds that a person's retry can mend.
FAILED = "failed"


_LOCKED = select(case).where(case.c.id == bindparam("case_id")).with_for_update()
_LOCKED_TO_STEP = (
    select(
        case,
        in_force(case.c.jurisdiction, bindparam("now")).label("release_id"),
        directory_mark(case.c.jurisdiction).label("directory_mark"),
        calendar_mark().label("calendar_mark"),
    )
    .where(case.c.id == bindparam("case_id"))
    .with_for_update(of=case)
)
_WAITS = select(func.array_agg(subscription.c.message)).where(subscription.c.instance_id == instance.c.id)
_RUNNING = (
    select(instance, _WAITS.scalar_subquery().label("waits"))
    .where(instance.c.case_id == bindparam("case_id"), instance.c.status.in_(("running", "stuck")))
    .order_by(instance.c.id)
)
_CANDIDATES = select(func.array_agg(work_item_unit.c.unit_id)).where(work_item_unit.c.work_item_id == work_item.c.id)
_OPEN_ITEMS = (
    select(
        work_item,
        _CANDIDATES.scalar_subquery().label("candidates"),
        changes_of_item().label("changes"),
    )
    .where(work_item.c.case_id == bindparam("case_id"), work_item.c.state.in_(UNDER_WAY))
    .order_by(work_item.c.id)
)
_TIMERS = select(timer).where(timer.c.case_id == bindparam("case_id"))


def lock_case(connection: Connection, case_id: int) -> Row[Any] | None:
    """Return the case, locked until the unit of work ends; None where it cannot be seen."""
    return connection.execute(_LOCKED, {"case_id": case_id}).one_or_none()


def lock_case_to_step(connection: Connection, case_id: int, now: datetime) -> Row[Any] | None:
    """Return the case, locked, with what its steps need to know of its jurisdiction.

    ``release_id`` is the release in force, ``directory_mark`` changes with areas and units,
    ``calendar_mark`` with the calendars.
    """
    return connection.execute(_LOCKED_TO_STEP, {"case_id": case_id, "now": now}).one_or_none()


def running_instances(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Return the instances that go on, with ``waits``: the messages that each waits for, or None."""
    return connection.execute(_RUNNING, {"case_id": case_id}).all()


def instances_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    wanted = select(instance).where(instance.c.case_id == case_id).order_by(instance.c.id)
    return connection.execute(wanted).all()


def open_items(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Return the items under way, with ``candidates`` (the ids of units that may claim each) and ``changes``."""
    return connection.execute(_OPEN_ITEMS, {"case_id": case_id}).all()


def timers_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    return connection.execute(_TIMERS, {"case_id": case_id}).all()


def subscriptions_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    return connection.execute(select(subscription).where(subscription.c.case_id == case_id)).all()


def open_case_of(connection: Connection, child_id: int) -> int | None:
    wanted = select(case.c.id).where(case.c.child_id == child_id, case.c.state == "open")
    return connection.scalar(wanted.order_by(case.c.id))


def facts_of_child(connection: Connection, child_id: int) -> Sequence[str]:
    """Return the facts of a child's cases, the oldest first and the open one last."""
    wanted = select(case.c.facts).where(case.c.child_id == child_id)
    return list(connection.scalars(wanted.order_by(case.c.state == "open", case.c.id)))


def open_case_of_area(connection: Connection, area_id: int) -> int | None:
    wanted = select(case.c.id).where(case.c.subject == "area", case.c.area_id == area_id, case.c.state == "open")
    return connection.scalar(wanted)


def case_by_number(connection: Connection, number: str) -> Row[Any] | None:
    return connection.execute(select(case).where(case.c.number == number)).one_or_none()


def child_by_id(connection: Connection, child_id: int) -> Row[Any] | None:
    return connection.execute(select(child).where(child.c.id == child_id)).one_or_none()


def child_by_code(connection: Connection, code: str, jurisdiction: str) -> Row[Any] | None:
    wanted = select(child).where(child.c.code == code, child.c.jurisdiction == jurisdiction)
    return connection.execute(wanted).one_or_none()


def child_to_change(connection: Connection, child_id: int) -> Row[Any] | None:
    """Return the child, locked: two cases of one child may learn of it at the same time."""
    wanted = select(child).where(child.c.id == child_id).with_for_update(key_share=True)
    return connection.execute(wanted).one_or_none()


def lock_child(connection: Connection, child_id: int) -> None:
    """Let one start at a time look for the child's open case, and open one.

    The row itself is left alone: a verb that holds the case may change the child's file, and
    would wait for a start that in turn waits for the case.
    """
    connection.execute(select(func.pg_advisory_xact_lock(child_id)))


def lock_area(connection: Connection, area_id: int) -> None:
    """Let one start at a time look for the area's open case, and open one; below zero, no child's lock is there."""
    connection.execute(select(func.pg_advisory_xact_lock(-area_id)))


def lock_index(connection: Connection, index: bytes) -> None:
    """Let one start at a time look for a child by this index, and open a file."""
    connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(index[:8], signed=True))))


def child_by_index(connection: Connection, index: bytes, jurisdiction: str) -> Row[Any] | None:
    wanted = select(child).where(
        child.c.id_no_index == index,
        child.c.jurisdiction == jurisdiction,
        child.c.merged_into.is_(None),
    )
    return connection.execute(wanted.order_by(child.c.id).limit(1)).one_or_none()


def add(connection: Connection, table: Any, **values: Any) -> int:
    """Insert one row and return its id."""
    made: int = connection.execute(_insert_one(table), values).scalar_one()
    return made


@cache
def _insert_one(table: Any) -> Any:
    return insert(table).returning(table.c.id)


def add_all(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table).values(list(rows)))


def change(connection: Connection, table: Any, row_id: int, **values: Any) -> None:
    connection.execute(update(table).where(table.c.id == row_id).values(**values))


def next_number(connection: Connection, name: str, year: int) -> int:
    """Count up without gaps; the row stays locked until the unit of work ends."""
    made = upsert(counter).values(name=name, year=year, value=1)
    counted = made.on_conflict_do_update(
        index_elements=[counter.c.name, counter.c.year], set_={"value": counter.c.value + 1}
    )
    return int(connection.execute(counted.returning(counter.c.value)).scalar_one())


def add_numbered_document(
    connection: Connection, *, counter_name: str, year: int, before: str, after: str, **values: Any
) -> int:
    """Insert a document with the next number of its kind, between two texts, and return its id.

    Like :func:`next_number` it counts without gaps.
    """
    given = {"counter_name": counter_name, "year": year, "before": before, "after": after, **values}
    return int(connection.execute(_NUMBERED_DOCUMENT, given).scalar_one())


_NUMBERED_DOCUMENT = text(
    """
    WITH counted AS (
        INSERT INTO counter (name, year, value) VALUES (:counter_name, :year, 1)
        ON CONFLICT (name, year) DO UPDATE SET value = counter.value + 1
        RETURNING value
    )
    INSERT INTO document (case_id, instance_id, work_item_id, name, number, at)
    SELECT CAST(:case_id AS bigint), CAST(:instance_id AS bigint), CAST(:work_item_id AS bigint),
           CAST(:name AS text), CAST(:before AS text) || value || CAST(:after AS text), CAST(:at AS timestamptz)
    FROM counted
    RETURNING id
    """
)


def case_with_due_timer(connection: Connection, now: datetime) -> int | None:
    """Return a case with a timer due, both rows locked; what somebody else holds is skipped.

    The case is locked together with its timer: a verb that holds the case and lets go of the
    timer would otherwise wait for the clock, and the clock for the verb.
    """
    wanted = (
        select(timer.c.case_id)
        .join(case, case.c.id == timer.c.case_id)
        .where(timer.c.due_at <= now)
        .order_by(timer.c.due_at, timer.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=[timer, case])
    )
    return connection.scalar(wanted)


def next_due(connection: Connection) -> datetime | None:
    """Return when the next timer of any case falls due."""
    due: datetime | None = connection.scalar(select(func.min(timer.c.due_at)))
    return due


_CANDIDATES_OF_ITEM = (
    select(work_item.c.case_id, work_item_unit.c.unit_id, work_item_unit.c.role)
    .join(work_item_unit, work_item_unit.c.work_item_id == work_item.c.id)
    .where(work_item.c.id == bindparam("item_id"))
    .where(work_item_unit.c.unit_id == any_(bindparam("unit_ids", type_=ARRAY(BigInteger))))
)


def may_claim(connection: Connection, item_id: int, unit_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return the candidates of the item among these units (case_id, unit_id, role)."""
    return connection.execute(_CANDIDATES_OF_ITEM, {"item_id": item_id, "unit_ids": list(unit_ids)}).all()


def documents_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    return connection.execute(select(document).where(document.c.case_id == case_id).order_by(document.c.id)).all()


def notices_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    return connection.execute(select(notice).where(notice.c.case_id == case_id).order_by(notice.c.id)).all()


def awaiting_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    wanted = select(awaiting).where(awaiting.c.case_id == case_id, awaiting.c.delivered_at.is_(None))
    return connection.execute(wanted.order_by(awaiting.c.id)).all()


def incidents_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    wanted = select(incident).where(incident.c.case_id == case_id).order_by(incident.c.id)
    return connection.execute(wanted).all()


def claimed_by(connection: Connection, person_id: int) -> Sequence[AnyRow]:
    """Return the items in a person's hands with ``candidates``, in the order of their cases, which are locked so."""
    wanted = select(work_item, _CANDIDATES.scalar_subquery().label("candidates")).where(
        work_item.c.person_id == person_id, work_item.c.state == "claimed"
    )
    return connection.execute(wanted.order_by(work_item.c.case_id, work_item.c.id)).all()


def candidates_of(connection: Connection, item_id: int) -> Sequence[AnyRow]:
    """Return the units that may claim an item, each with its role (unit_id, role)."""
    wanted = select(work_item_unit.c.unit_id, work_item_unit.c.role).where(work_item_unit.c.work_item_id == item_id)
    return connection.execute(wanted.order_by(work_item_unit.c.unit_id)).all()


def replace_candidates(connection: Connection, item_id: int, units: Sequence[tuple[int, str]]) -> None:
    """Give an item other units that may claim it."""
    connection.execute(delete(work_item_unit).where(work_item_unit.c.work_item_id == item_id))
    add_all(
        connection,
        work_item_unit,
        [{"work_item_id": item_id, "unit_id": unit_id, "role": role} for unit_id, role in units],
    )


def add_receipt(connection: Connection, *, digest: str, case_id: int, at: datetime) -> None:
    connection.execute(insert(receipt).values(digest=digest, case_id=case_id, at=at))


def item_with_people(connection: Connection, item_id: int) -> Row[Any] | None:
    """Return an item with the names of its unit, of who holds it and of who did it."""
    holder, doer = person.alias("holder"), person.alias("doer")
    wanted = (
        select(
            work_item,
            unit.c.name.label("unit_name"),
            holder.c.name.label("holder_name"),
            doer.c.name.label("person_name"),
        )
        .join(unit, unit.c.id == work_item.c.unit_id)
        .outerjoin(holder, holder.c.id == work_item.c.person_id)
        .outerjoin(doer, doer.c.id == work_item.c.done_by)
        .where(work_item.c.id == item_id)
    )
    return connection.execute(wanted).one_or_none()


def submission_of_item(connection: Connection, item_id: int) -> Row[Any] | None:
    wanted = select(submission).where(submission.c.work_item_id == item_id)
    return connection.execute(wanted).one_or_none()


def readers_of_case(connection: Connection, case_id: int) -> Sequence[int]:
    """Return the units that may read a case."""
    return list(connection.scalars(select(case_access.c.unit_id).where(case_access.c.case_id == case_id)))

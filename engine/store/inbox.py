"""Queries of the inbox: narrow rows with what a list shows. Never commits; row-level security applies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, update

from engine.store.tables import area, case, child, instance, notice, person, unit, work_item, work_item_unit

#: How many rows a page of a list has.
PAGE = 50

#: From this part of its span on, an item is nearly due.
NEARLY = 0.8

_source = unit.alias("source")
_UNDER_WAY = work_item.c.state.in_(("open", "claimed"))


def _theirs(unit_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that one of these units may claim the item."""
    may = select(work_item_unit.c.work_item_id).where(work_item_unit.c.unit_id.in_(unit_ids))
    return work_item.c.id.in_(may)


def _view(view: str, person_id: int | None, unit_ids: Sequence[int]) -> ColumnElement[bool]:
    match view:
        case "mine":
            return and_(work_item.c.person_id == person_id, work_item.c.state == "claimed")
        case "unit":
            return and_(_theirs(unit_ids), work_item.c.state == "open")
        case "working":
            return and_(_theirs(unit_ids), _UNDER_WAY)
        case "done":
            done = work_item.c.state == "completed"
            return and_(done, or_(work_item.c.done_by == person_id, work_item.c.unit_id.in_(unit_ids)))
        case _:
            raise ValueError(view)


def _about() -> ColumnElement[str]:
    """Return whom or what a case is about: the child's code, or the area's name."""
    return func.coalesce(child.c.code, area.c.name)


def _rows() -> Select[Any]:
    return (
        select(
            work_item,
            unit.c.name.label("unit_name"),
            _source.c.name.label("source_name"),
            person.c.name.label("holder_name"),
            case.c.number.label("case_number"),
            case.c.child_id,
            _about().label("child_code"),
            child.c.sealed,
            child.c.key_id,
            instance.c.release_id,
        )
        .join(instance, instance.c.id == work_item.c.instance_id)
        .join(unit, unit.c.id == work_item.c.unit_id)
        .outerjoin(_source, _source.c.id == work_item.c.source_unit_id)
        .outerjoin(person, person.c.id == work_item.c.person_id)
        .join(case, case.c.id == work_item.c.case_id)
        .outerjoin(child, child.c.id == case.c.child_id)
        .outerjoin(area, and_(case.c.subject == "area", area.c.id == case.c.area_id))
    )


def rows_of(
    connection: Connection,
    view: str,
    *,
    person_id: int | None,
    unit_ids: Sequence[int],
    procedure: str | None,
    sort: str,
    page: int,
) -> Sequence[Row[Any]]:
    """Return one page of a view: soonest due first (what has no limit last), or newest first."""
    wanted = _rows().where(_view(view, person_id, unit_ids))
    if procedure:
        wanted = wanted.where(work_item.c.procedure == procedure)
    order: tuple[ColumnElement[Any], ...] = (work_item.c.due_at.asc().nulls_last(), work_item.c.id)
    if view == "done":
        order = (work_item.c.done_at.desc(), work_item.c.id.desc())
    elif sort == "new":
        order = (work_item.c.opened_at.desc(), work_item.c.id.desc())
    return connection.execute(wanted.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()


def row_of(connection: Connection, item_id: int) -> Row[Any] | None:
    return connection.execute(_rows().where(work_item.c.id == item_id)).one_or_none()


def rows_of_case(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Return the items of a case that are under way, soonest due first."""
    wanted = _rows().where(work_item.c.case_id == case_id, _UNDER_WAY)
    return connection.execute(wanted.order_by(work_item.c.due_at.asc().nulls_last(), work_item.c.id)).all()


def counts_of(
    connection: Connection, *, person_id: int | None, unit_ids: Sequence[int], now: datetime
) -> dict[str, int]:
    """Return how much is in each view, and what of one's own is late or nearly so.

    Each count is a query of its own inside the one statement, so that each has its own index.
    """
    mine = select(work_item.c.due_at, work_item.c.opened_at).where(_view("mine", person_id, unit_ids)).cte("mine")
    working = select(work_item.c.state).where(_view("working", person_id, unit_ids)).cte("working")
    done = select(work_item.c.id).where(_view("done", person_id, unit_ids)).cte("done")
    unread = select(notice.c.id).where(notice.c.unit_id.in_(unit_ids), notice.c.read_at.is_(None)).cte("unread")
    late = mine.c.due_at <= now
    passed = func.extract("epoch", now - mine.c.opened_at)
    near = and_(~late, passed >= NEARLY * func.extract("epoch", mine.c.due_at - mine.c.opened_at))
    wanted = {
        "mine": select(func.count()).select_from(mine),
        "over": select(func.count()).select_from(mine).where(late),
        "near": select(func.count()).select_from(mine).where(near),
        "unit": select(func.count()).select_from(working).where(working.c.state == "open"),
        "working": select(func.count()).select_from(working),
        "done": select(func.count()).select_from(done),
        "notices": select(func.count()).select_from(unread),
    }
    counted = select(*[query.scalar_subquery().label(name) for name, query in wanted.items()])
    return dict(connection.execute(counted).mappings().one())


def procedures_of(connection: Connection, unit_ids: Sequence[int]) -> Sequence[str]:
    """Return the procedures of which the units have or had an item."""
    wanted = select(work_item.c.procedure).where(_theirs(unit_ids)).distinct()
    return sorted(connection.scalars(wanted))


def notices_for(connection: Connection, unit_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return the latest notices to the units, unread first; ``theirs`` where they may open the item."""
    may = select(work_item_unit.c.work_item_id).where(work_item_unit.c.unit_id.in_(unit_ids))
    wanted = (
        select(
            notice,
            case.c.number.label("case_number"),
            _about().label("child_code"),
            notice.c.work_item_id.in_(may).label("theirs"),
        )
        .outerjoin(case, case.c.id == notice.c.case_id)
        .outerjoin(child, child.c.id == case.c.child_id)
        .outerjoin(area, and_(case.c.subject == "area", area.c.id == case.c.area_id))
        .where(notice.c.unit_id.in_(unit_ids))
    )
    order = (notice.c.read_at.is_not(None), notice.c.at.desc(), notice.c.id.desc())
    return connection.execute(wanted.order_by(*order).limit(PAGE * 2)).all()


def mark_read(connection: Connection, unit_ids: Sequence[int], now: datetime) -> None:
    unread = and_(notice.c.unit_id.in_(unit_ids), notice.c.read_at.is_(None))
    connection.execute(update(notice).where(unread).values(read_at=now))

"""Queries of the inbox: narrow rows with what a list shows. Never commits; row-level security applies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from engine.core.listing import LimitState, View, Viewer
from engine.store.lists import UNDER_WAY, VIEWS, counted, limit_state, to_follow
from engine.store.org import directory_mark
from engine.store.releases import in_force
from engine.store.schema import AnyRow
from engine.store.tables import (
    area,
    case,
    child,
    follow_up,
    instance,
    notice,
    person,
    receipt,
    unit,
    work_item,
    work_item_unit,
)

#: How many notices a page shows.
MOST_NOTICES = 100

_source = unit.alias("source")


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


def rows_of(connection: Connection, ids: Sequence[int], person_id: int | None) -> Sequence[Row[Any]]:
    """Return these items in this order, with the day on which the person looks at each again.

    One that cannot be seen is left out.
    """
    own = and_(follow_up.c.work_item_id == work_item.c.id, follow_up.c.person_id == person_id)
    wanted = _rows().add_columns(follow_up.c.on_day.label("follow_on")).outerjoin(follow_up, own)
    wanted = wanted.where(work_item.c.id == any_(literal(list(ids), type_=ARRAY(BigInteger))))
    found = {row.id: row for row in connection.execute(wanted)} if ids else {}
    return [found[one] for one in ids if one in found]


def row_of(connection: Connection, item_id: int) -> Row[Any] | None:
    return connection.execute(_rows().where(work_item.c.id == item_id)).one_or_none()


def rows_of_case(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Return the items of a case that are under way, soonest due first."""
    wanted = _rows().where(work_item.c.case_id == case_id, UNDER_WAY)
    return connection.execute(wanted.order_by(work_item.c.due_at.asc().nulls_last(), work_item.c.id)).all()


def counts_of(connection: Connection, viewer: Viewer, *, now: datetime, today: date) -> dict[str, int]:
    """Return how much is in each view, and what of one's own is late, nearly so, or to be followed up.

    Nothing is counted further than ``COUNTED``. Each count is a query of its own inside the one statement, so
    that each has its own index.
    """
    mine = VIEWS[View.MINE](viewer)
    unread = and_(notice.c.unit_id.in_(viewer.unit_ids), notice.c.read_at.is_(None))
    wanted = {view.value: counted(work_item.c.id, conditions(viewer)) for view, conditions in VIEWS.items()}
    wanted |= {
        state.value: counted(work_item.c.id, [and_(one, limit_state(state, now)) for one in mine])
        for state in (LimitState.OVER, LimitState.NEAR)
    }
    wanted["follow"] = counted(work_item.c.id, [to_follow(viewer, today)])
    wanted["notices"] = counted(notice.c.id, [unread])
    counts = select(*[query.label(name) for name, query in wanted.items()])
    return dict(connection.execute(counts).mappings().one())


def waiting_for(connection: Connection, viewer: Viewer) -> int:
    """Return how many items are the viewer's own, as far as anybody counts."""
    return int(connection.scalar(select(counted(work_item.c.id, VIEWS[View.MINE](viewer)))) or 0)


def around(connection: Connection, jurisdiction: str, now: datetime) -> AnyRow:
    """Return the release in force and the mark of the directory: what stands around every list.

    From here to the end of the transaction no statement is compiled: that takes longer than fifty rows do.
    """
    wanted = select(
        func.set_config("jit", "off", literal(value=True)),
        in_force(jurisdiction, now).label("release_id"),
        directory_mark(jurisdiction).label("directory_mark"),
    )
    return connection.execute(wanted).one()


def cases_found(connection: Connection, text: str, digest: str, *, most: int) -> Sequence[int]:
    """Return the cases whose number or child's code holds the text, or whose receipt has this digest."""
    fits = or_(
        case.c.number.icontains(text, autoescape=True),
        child.c.code.icontains(text, autoescape=True),
        case.c.id.in_(select(receipt.c.case_id).where(receipt.c.digest == digest)),
    )
    wanted = select(case.c.id).outerjoin(child, child.c.id == case.c.child_id).where(fits)
    return connection.scalars(wanted.order_by(case.c.id.desc()).limit(most)).all()


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
    return connection.execute(wanted.order_by(*order).limit(MOST_NOTICES)).all()


def mark_read(connection: Connection, unit_ids: Sequence[int], now: datetime) -> None:
    unread = and_(notice.c.unit_id.in_(unit_ids), notice.c.read_at.is_(None))
    connection.execute(update(notice).where(unread).values(read_at=now))

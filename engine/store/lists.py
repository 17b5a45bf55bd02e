"""Which work items belong to a view, in which order, after which filters. Never commits; row-level security applies.

A view is a list of conditions that exclude one another, and each of them has an index of its own in the order of
the list: so a page is read from the head of a few indexes, however much is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from engine.core.listing import COUNTED, LimitState, Sort, View, Viewer, Wanted
from engine.store.tables import area, case, follow_up, item_act, work_item, work_item_unit

#: From this part of its span on, an item is nearly due.
NEARLY = 0.8

UNDER_WAY = work_item.c.state.in_(("open", "claimed"))
URGED = func.greatest(work_item.c.urged, work_item.c.pressed) > 0

Conditions = Sequence[ColumnElement[bool]]


def _of_units(viewer: Viewer, *states: ColumnElement[bool]) -> Conditions:
    """Return what the viewer's units may claim: as the main unit, each unit by itself, or beside another."""
    main = [and_(work_item.c.unit_id == one, *states) for one in viewer.unit_ids]
    beside = select(work_item_unit.c.work_item_id).where(
        work_item_unit.c.unit_id.in_(viewer.unit_ids), work_item_unit.c.main.is_(False)
    )
    also = and_(work_item.c.id.in_(beside), work_item.c.unit_id.not_in(viewer.unit_ids), *states)
    return [*main, also] if viewer.unit_ids else []


def _mine(viewer: Viewer) -> Conditions:
    """Return what the viewer holds, and what an absent colleague holds for whom they stand in."""
    claimed = and_(work_item.c.state == "claimed", UNDER_WAY)
    own = and_(work_item.c.person_id == viewer.person_id, claimed)
    return [own, *(and_(one, claimed) for one in _covered(viewer))]


def _covered(viewer: Viewer) -> Conditions:
    """Return what each absent colleague holds of the viewer's units, in the procedures that are covered."""
    found = []
    for person_id, procedures in sorted(viewer.covered.items()):
        theirs = and_(work_item.c.person_id == person_id, work_item.c.unit_id.in_(viewer.unit_ids))
        found.append(and_(theirs, work_item.c.procedure.in_(sorted(procedures))) if procedures else theirs)
    return found


def _unclaimed(viewer: Viewer) -> Conditions:
    return _of_units(viewer, UNDER_WAY, work_item.c.state == "open")


def _working(viewer: Viewer) -> Conditions:
    return _of_units(viewer, UNDER_WAY)


def _handed(viewer: Viewer) -> Conditions:
    """Return what others have to do now because one of the viewer's units did its part, or handed it on."""
    given: list[ColumnElement[bool]] = [
        and_(work_item.c.source_unit_id == one, work_item.c.unit_id.not_in(viewer.unit_ids), UNDER_WAY)
        for one in viewer.unit_ids
    ]
    given.append(and_(work_item.c.id.in_(_by_act(viewer)), ~_by_doing(viewer), UNDER_WAY))
    return [and_(one, _own_procedure(viewer)) for one in given] if viewer.narrow else given


def _by_act(viewer: Viewer) -> Select[Any]:
    """Return the items that one of the viewer's units has handed to another unit or person and not got back."""
    ended = item_act.alias("ended")
    handed = and_(item_act.c.unit_id.in_(viewer.unit_ids), item_act.c.kind.in_(("transfer", "delegate")))
    return select(item_act.c.work_item_id).where(handed, ~exists().where(ended.c.of_act_id == item_act.c.id))


def _by_doing(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that an item came to another unit because one of the viewer's did its part."""
    came = work_item.c.source_unit_id.in_(viewer.unit_ids)
    return and_(func.coalesce(came, false()), work_item.c.unit_id.not_in(viewer.unit_ids))


def _own_procedure(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that one of the viewer's units has or had an item of the same procedure and case."""
    own = work_item.alias("own")
    theirs = select(work_item_unit.c.work_item_id).where(work_item_unit.c.unit_id.in_(viewer.unit_ids))
    same = and_(own.c.case_id == work_item.c.case_id, own.c.procedure == work_item.c.procedure, own.c.id.in_(theirs))
    return exists().where(same)


def _urged(viewer: Viewer) -> Conditions:
    """Return of the viewer's own, and of what nobody in their units has claimed, what somebody urged or pressed."""
    return [and_(one, URGED) for one in (*_mine(viewer), *_unclaimed(viewer))]


def _done(viewer: Viewer) -> Conditions:
    completed = work_item.c.state == "completed"
    theirs = [and_(work_item.c.unit_id == one, completed) for one in viewer.unit_ids]
    own = and_(work_item.c.done_by == viewer.person_id, work_item.c.unit_id.not_in(viewer.unit_ids), completed)
    return [*theirs, own]


#: What belongs to each view; conditions of one view exclude one another.
VIEWS: Mapping[View, Callable[[Viewer], Conditions]] = {
    View.MINE: _mine,
    View.UNIT: _unclaimed,
    View.WORKING: _working,
    View.URGED: _urged,
    View.HANDED: _handed,
    View.DONE: _done,
}

#: What stands first: columns, and whether each runs downwards; what has no limit stands last.
ORDERS: Mapping[Sort, Mapping[str, bool]] = {
    Sort.DUE: {"due_at": False, "id": False},
    Sort.RISK: {"risk": True, "due_at": False, "id": False},
    Sort.NEW: {"opened_at": True, "id": True},
}
_LAST_DONE = {"done_at": True, "id": True}


def limit_state(state: LimitState, now: datetime) -> ColumnElement[bool]:
    """Return the condition that the limit of an item stands so."""
    due, opened = work_item.c.due_at, work_item.c.opened_at
    at_once = due == opened
    used = func.extract("epoch", literal(now) - opened) >= NEARLY * func.extract("epoch", due - opened)
    match state:
        case LimitState.OVER:
            return and_(due <= now, ~at_once)
        case LimitState.NEAR:
            return or_(at_once, and_(due > now, used))
        case LimitState.OK:
            return and_(due > now, ~used, ~at_once)
        case LimitState.HOLD:
            return work_item.c.suspended_at.is_not(None)
        case LimitState.NONE:
            return and_(due.is_(None), work_item.c.suspended_at.is_(None))


def _filters(viewer: Viewer, wanted: Wanted, now: datetime, today: date) -> list[ColumnElement[bool]]:
    found = []
    if wanted.procedure:
        found.append(work_item.c.procedure == wanted.procedure)
    if wanted.limit:
        found.append(limit_state(wanted.limit, now))
    if wanted.case_ids:
        found.append(work_item.c.case_id.in_(wanted.case_ids))
    if wanted.area_id is not None:
        found.append(work_item.c.case_id.in_(_cases_in(wanted.area_id)))
    if wanted.risk is not None:
        found.append(work_item.c.risk == wanted.risk)
    if wanted.follow_up:
        found.append(to_follow(viewer, today))
    return found


def _cases_in(area_id: int) -> Select[Any]:
    """Return the cases of children who live in an area or below it, or where it happened while that is unknown."""
    below = select(area.c.id).where(area.c.id == area_id).cte("below", recursive=True)
    below = below.union_all(select(area.c.id).join(below, area.c.parent_id == below.c.id))
    return select(case.c.id).where(func.coalesce(case.c.area_id, case.c.place_area_id).in_(select(below.c.id)))


def ids_of(
    connection: Connection, viewer: Viewer, wanted: Wanted, *, now: datetime, today: date, most: int, skip: int = 0
) -> list[int]:
    """Return the ids of a list in its order: as many as ``most`` after those to ``skip``."""
    order = _LAST_DONE if wanted.view is View.DONE else ORDERS[wanted.sort]
    columns = [work_item.c[name] for name in order]
    filters = _filters(viewer, wanted, now, today)
    parts = [
        select(*columns).where(condition, *filters).order_by(*_in_order(work_item, order)).limit(skip + most)
        for condition in VIEWS[wanted.view](viewer)
    ]
    if not parts:
        return []
    # Each part is in order already, from an index; together they are few.
    found = union_all(*[select(part.subquery()) for part in parts]).subquery()
    together = select(found.c.id).order_by(*_in_order(found, order))
    return list(connection.scalars(together.offset(skip).limit(most)))


def _in_order(source: FromClause, order: Mapping[str, bool]) -> list[ColumnElement[Any]]:
    return [source.c[name].desc() if downwards else source.c[name].asc() for name, downwards in order.items()]


def counted(column: ColumnElement[int], conditions: Conditions) -> ColumnElement[int]:
    """Return a sub-select that counts what meets one of the conditions, as far as anybody wants to know."""
    parts = [select(column).where(one).limit(COUNTED) for one in conditions] or [select(column).where(false())]
    found = union_all(*[select(part.subquery()) for part in parts]).limit(COUNTED).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def to_follow(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """Return the condition that an item is under way and the viewer wants to look at it again by today."""
    days = select(follow_up.c.work_item_id).where(
        follow_up.c.person_id == viewer.person_id, follow_up.c.on_day <= today
    )
    return and_(work_item.c.id.in_(days), UNDER_WAY)

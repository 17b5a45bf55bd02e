"""Moves limits for the demonstration: in each jurisdiction one is suspended and one extended, by whoever may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from engine.core.deadlines import day_of
from engine.core.errors import NotFound
from engine.core.model import Acting, system
from engine.service.limits import Limits
from engine.service.unit import Database
from engine.store import tables

WHY_SUSPENDED = "儿童住院治疗，暂不能入户，出院后恢复"
WHY_EXTENDED = "父母在外省务工，约定春节前返乡后再次入户"


def move(database: Database, limits: Limits, jurisdiction: str, staff: Iterable[Acting]) -> None:
    """Suspend the first limit that somebody may suspend, and extend the next that somebody may extend."""
    wanted = ["suspend", "extend"]
    for acting, item_id in _offered(database, limits, jurisdiction, tuple(staff)):
        asked = limits.asked(acting, item_id)
        if not wanted or asked.seen or wanted[0] not in asked.may.verbs:
            continue
        if wanted.pop(0) == "suspend":
            limits.suspend(acting, item_id, reason=WHY_SUSPENDED, seen=0)
        elif asked.latest is not None and asked.due_at is not None:
            days = (asked.latest - day_of(asked.due_at)).days
            limits.extend(acting, item_id, length=str(days), reason=WHY_EXTENDED, seen=0)


def _offered(
    database: Database, limits: Limits, jurisdiction: str, staff: Iterable[Acting]
) -> Iterator[tuple[Acting, int]]:
    """Yield who may do something with the limit of which item, the item due last first."""
    with database.unit(system("engine")) as unit:
        item = tables.work_item.c
        wanted = select(item.id, item.case_id).where(item.jurisdiction == jurisdiction)
        due = wanted.where(item.state.in_(("open", "claimed")), item.due_at > unit.now)
        rows = unit.connection.execute(due.order_by(item.due_at.desc(), item.id)).all()
    for row in rows:
        for acting in staff:
            try:
                offered = row.id in limits.may_of_case(acting, row.case_id)
            except NotFound:
                continue
            if offered:
                yield acting, row.id
                break

"""Look at what is there for one child: its own cases, and those of the areas it lives in; read as the engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.core import values
from engine.core.model import system
from engine.core.routing import Directory
from engine.service.scenario.expect import OpenTask, Seen
from engine.service.scenario.families import FAMILY
from engine.service.telling import RELAYED
from engine.service.unit import Database
from engine.store import casework as rows
from engine.store import register, tables
from engine.store.schema import AnyRow

#: The rung of the ladder at which an item is overdue.
OVERDUE = 2


def observe(database: Database, directory: Directory, child_id: int | None) -> Seen:
    """Return what is there now for a child; nothing where no file was opened yet."""
    if child_id is None:
        return Seen()
    with database.unit(system("engine")) as unit:
        own = cases_of(unit.connection, child_id)
        around = cases_around(unit.connection, directory, child_id)
        read = partial(_of_cases, unit.connection, [case.id for case in (*around, *own)])
        items = _items(open_items(unit.connection, [case.id for case in (*own, *around)]))
        instances = read(tables.instance)
        mine = {case.id for case in own}
        return Seen(
            open=tuple(_task(candidates, directory) for candidates in items),
            open_here=frozenset(one[0].code for one in items if one[0].case_id in mine),
            ended=_ended(instances, mine),
            running=frozenset(one.procedure for one in instances if one.ended_at is None),
            timers=_timers(read(tables.timer), [candidates[0] for candidates in items]),
            documents=frozenset(one.name for one in read(tables.document)),
            notices=tuple(_notice(one, directory) for one in read(tables.notice)),
            facts={key: value for case in (*around, *own) for key, value in _facts(case).items()},
            instances=Counter(one.procedure for one in instances if one.case_id in mine),
            register=register.entry_of(unit.connection, child_id),
        )


def opened(database: Database, child_ids: list[int]) -> frozenset[str]:
    """Return the procedures and task codes that were ever open for these children."""
    with database.unit(system("engine")) as unit:
        cases = [case.id for child_id in child_ids for case in cases_of(unit.connection, child_id)]
        codes = select(tables.work_item.c.code).where(tables.work_item.c.case_id.in_(cases))
        procedures = select(tables.instance.c.procedure).where(tables.instance.c.case_id.in_(cases))
        return frozenset((*unit.connection.scalars(codes), *unit.connection.scalars(procedures)))


def cases_of(connection: Connection, child_id: int) -> list[Any]:
    """Return the cases of a child, the first first."""
    wanted = select(tables.case).where(tables.case.c.child_id == child_id).order_by(tables.case.c.id)
    return list(connection.execute(wanted))


def cases_around(connection: Connection, directory: Directory, child_id: int) -> list[Any]:
    """Return the cases of the area in which a child lives and of those above it, the highest first."""
    file = rows.child_by_id(connection, child_id)
    keys = list(directory.upwards(directory.area_key(file.area_id) if file else None))
    ids = [directory.areas[key] for key in keys]
    of_them = (tables.case.c.subject == "area") & tables.case.c.area_id.in_(ids)
    found = list(connection.execute(select(tables.case).where(of_them).order_by(tables.case.c.id)))
    return sorted(found, key=lambda case: -ids.index(case.area_id))


def open_items(connection: Connection, case_ids: list[int]) -> list[AnyRow]:
    """Return the items under way in some cases, once for each unit that may claim it.

    Each has that unit as ``candidate`` and its role as ``candidate_role``, the main one first.
    """
    item, candidate = tables.work_item, tables.work_item_unit
    wanted = (
        select(item, candidate.c.unit_id.label("candidate"), candidate.c.role.label("candidate_role"))
        .join(candidate, candidate.c.work_item_id == item.c.id)
        .where(item.c.case_id.in_(case_ids), item.c.state.in_(rows.UNDER_WAY))
        .order_by(item.c.case_id, item.c.id, candidate.c.unit_id != item.c.unit_id, candidate.c.unit_id)
    )
    return list(connection.execute(wanted))


def _of_cases(connection: Connection, case_ids: list[int], table: Table) -> list[AnyRow]:
    """Return the rows of a table that belong to these cases, in order."""
    wanted = select(table).where(table.c.case_id.in_(case_ids)).order_by(table.c.case_id, table.c.id)
    return list(connection.execute(wanted))


def _items(found: list[AnyRow]) -> list[list[AnyRow]]:
    """Return the rows of :func:`open_items`, those of one item together."""
    return [list(candidates) for _, candidates in groupby(found, key=lambda row: row.id)]


def _task(candidates: list[AnyRow], directory: Directory) -> OpenTask:
    units = {}
    for one in candidates:
        unit = directory.unit_by_id(one.candidate)
        if unit is not None:
            units[unit.key] = one.candidate_role
    item = candidates[0]
    late_from_the_start = item.due_at is not None and item.due_at < item.opened_at
    overdue = late_from_the_start or item.stage >= OVERDUE
    return OpenTask(code=item.code, units=units, due=item.due_at, overdue=overdue)


def _ended(instances: list[Any], mine: Collection[int]) -> dict[str, tuple[str, ...]]:
    """Return the ends of the procedures that have ended: of the child's own the last, of the areas' every one."""
    found = {one.procedure: tuple(one.ends) for one in instances if one.ended_at is not None and one.case_id in mine}
    for one in instances:
        if one.ended_at is not None and one.case_id not in mine:
            found[one.procedure] = (*found.get(one.procedure, ()), *one.ends)
    return {key: tuple(dict.fromkeys(ends)) for key, ends in found.items()}


def _timers(timers: list[AnyRow], items: list[AnyRow]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    limits = [(one.limit_name, one.due_at) for one in items if one.limit_name and one.due_at]
    for name, due in [*((one.name, one.due_at) for one in timers if one.kind != "ladder"), *limits]:
        found[name] = (*found.get(name, ()), due)
    return found


def _notice(row: Any, directory: Directory) -> tuple[frozenset[str], str, str]:
    unit = directory.unit_by_id(row.unit_id)
    if unit is None:
        return (frozenset(), "", row.about)
    roles = frozenset(unit.roles) | (FAMILY if row.kind == RELAYED else frozenset())
    return (roles, unit.key, row.about)


def _facts(case: Any) -> dict[str, Any]:
    return dict(values.from_json(json.loads(case.facts)))

"""Look at what is there for one child: the rows, read as the engine."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.core import values
from engine.core.model import system
from engine.core.routing import Directory
from engine.service.scenario.expect import OpenTask, Seen
from engine.service.unit import Database
from engine.store import casework as rows
from engine.store import tables
from engine.store.schema import AnyRow

#: The rung of the ladder at which an item is overdue.
OVERDUE = 2


def observe(database: Database, directory: Directory, child_id: int | None) -> Seen:
    """Return what is there now for a child; nothing where no file was opened yet."""
    if child_id is None:
        return Seen()
    with database.unit(system("engine")) as unit:
        cases = cases_of(unit.connection, child_id)
        read = partial(_of_cases, unit.connection, [case.id for case in cases])
        items = _items(open_items(unit.connection, child_id))
        instances = read(tables.instance)
        return Seen(
            open=tuple(_task(candidates, directory) for candidates in items),
            ended=_ended(instances),
            running=frozenset(one.procedure for one in instances if one.ended_at is None),
            timers=_timers(read(tables.timer), [candidates[0] for candidates in items]),
            documents=frozenset(one.name for one in read(tables.document)),
            notices=tuple(_notice(one, directory) for one in read(tables.notice)),
            facts={key: value for case in cases for key, value in _facts(case).items()},
            instances=Counter(one.procedure for one in instances),
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


def open_items(connection: Connection, child_id: int) -> list[AnyRow]:
    """Return the items under way in a child's cases, once for each unit that may claim it.

    Each has that unit as ``candidate`` and its role as ``candidate_role``, the main one first.
    """
    item, candidate, case = tables.work_item, tables.work_item_unit, tables.case
    wanted = (
        select(item, candidate.c.unit_id.label("candidate"), candidate.c.role.label("candidate_role"))
        .join(candidate, candidate.c.work_item_id == item.c.id)
        .join(case, case.c.id == item.c.case_id)
        .where(case.c.child_id == child_id, item.c.state.in_(rows.UNDER_WAY))
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
    return OpenTask(code=item.code, units=units, due=item.due_at, overdue=item.stage >= OVERDUE)


def _ended(instances: list[Any]) -> dict[str, tuple[str, ...]]:
    """Return the ends of the procedures that have ended, the last instance of each."""
    return {one.procedure: tuple(dict.fromkeys(one.ends)) for one in instances if one.ended_at is not None}


def _timers(timers: list[AnyRow], items: list[AnyRow]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    limits = [(one.limit_name, one.due_at) for one in items if one.limit_name and one.due_at]
    for name, due in [*((one.name, one.due_at) for one in timers if one.kind != "ladder"), *limits]:
        found[name] = (*found.get(name, ()), due)
    return found


def _notice(row: Any, directory: Directory) -> tuple[frozenset[str], str, str]:
    unit = directory.unit_by_id(row.unit_id)
    return (frozenset(unit.roles), unit.key, row.about) if unit else (frozenset(), "", row.about)


def _facts(case: Any) -> dict[str, Any]:
    return dict(values.from_json(json.loads(case.facts)))

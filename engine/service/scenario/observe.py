"""Look at what is there for one child: the rows, read as the engine."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import Connection, select

from engine.core import values
from engine.core.model import system
from engine.core.routing import Directory
from engine.service.scenario.expect import OpenTask, Seen
from engine.service.unit import Database
from engine.store import casework as rows
from engine.store import tables

#: The rung of the ladder at which an item is overdue.
OVERDUE = 2


def observe(database: Database, directory: Directory, child_id: int | None) -> Seen:
    """Return what is there now for a child; nothing where no file was opened yet."""
    if child_id is None:
        return Seen()
    with database.unit(system("engine")) as unit:
        cases = cases_of(unit.connection, child_id)
        instances = [one for case in cases for one in rows.instances_of(unit.connection, case.id)]
        return Seen(
            open=tuple(
                _task(unit.connection, one, directory)
                for case in cases
                for one in rows.open_items(unit.connection, case.id)
            ),
            ended=_ended(instances),
            running=frozenset(one.procedure for one in instances if one.ended_at is None),
            timers=_timers(unit.connection, cases),
            documents=frozenset(one.name for case in cases for one in rows.documents_of(unit.connection, case.id)),
            notices=tuple(
                _notice(one, directory) for case in cases for one in rows.notices_of(unit.connection, case.id)
            ),
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


def _task(connection: Connection, row: Any, directory: Directory) -> OpenTask:
    units = {}
    for one in rows.may_claim(connection, row.id, row.candidates or ()):
        unit = directory.unit_by_id(one.unit_id)
        if unit is not None:
            units[unit.key] = one.role
    return OpenTask(code=row.code, units=units, due=row.due_at, overdue=row.stage >= OVERDUE)


def _ended(instances: list[Any]) -> dict[str, tuple[str, ...]]:
    """Return the ends of the procedures that have ended, the last instance of each."""
    return {one.procedure: tuple(dict.fromkeys(one.ends)) for one in instances if one.ended_at is not None}


def _timers(connection: Connection, cases: list[Any]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for case in cases:
        for row in rows.timers_of(connection, case.id):
            if row.kind != "ladder":
                found[row.name] = (*found.get(row.name, ()), row.due_at)
        for row in rows.open_items(connection, case.id):
            if row.limit_name and row.due_at:
                found[row.limit_name] = (*found.get(row.limit_name, ()), row.due_at)
    return found


def _notice(row: Any, directory: Directory) -> tuple[frozenset[str], str, str]:
    unit = directory.unit_by_id(row.unit_id)
    return (frozenset(unit.roles), unit.key, row.about) if unit else (frozenset(), "", row.about)


def _facts(case: Any) -> dict[str, Any]:
    return dict(values.from_json(json.loads(case.facts)))

"""Find the open case of a child or an area, or open one; each has one open case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from engine.core.deadlines import day_of
from engine.core.errors import NotFound
from engine.core.model import Acting
from engine.service import answering, birthdays, children, refusals
from engine.service.directory import Directories
from engine.service.releases import Releases
from engine.service.running import By, OpenItem, RunningCase, load
from engine.service.unit import Database, Unit
from engine.store import casework as rows
from engine.store import tables

#: Whoever tells the engine to step: the person's right was decided before.
ENGINE = "engine"


def case_for(
    unit: Unit,
    releases: Releases,
    directories: Directories,
    jurisdiction: str,
    child: int | Mapping[str, Any],
    by: By,
) -> RunningCase:
    """Return the child's open case, locked, or open one; ``child`` is an id or what is known.

    Raises:
        NotFound: the child's file belongs to another jurisdiction, or there is none.
    """
    child_id = file_of(unit, directories, jurisdiction, child)
    return case_of_child(unit, releases, directories, jurisdiction, child_id, by)


def case_of_child(
    unit: Unit, releases: Releases, directories: Directories, jurisdiction: str, child_id: int, by: By
) -> RunningCase:
    """Return the open case of a child on file, locked, or open one."""
    rows.lock_child(unit.connection, child_id)
    case_id = rows.open_case_of(unit.connection, child_id)
    if case_id is None:
        return _open_case(unit, releases, directories, jurisdiction, by, child_id=child_id)
    return loaded(unit, releases, directories, case_id, by)


def case_of_area(
    unit: Unit, releases: Releases, directories: Directories, jurisdiction: str, area_id: int, by: By
) -> RunningCase:
    """Return the open case of an area, locked, or open one: its cycles stand beside one another there."""
    rows.lock_area(unit.connection, area_id)
    case_id = rows.open_case_of_area(unit.connection, area_id)
    if case_id is None:
        return _open_case(unit, releases, directories, jurisdiction, by, area_id=area_id)
    return loaded(unit, releases, directories, case_id, by)


def file_of(unit: Unit, directories: Directories, jurisdiction: str, child: int | Mapping[str, Any]) -> int:
    """Return the id of a child's file; a child that is not on file yet gets one.

    Raises:
        NotFound: the child's file belongs to another jurisdiction, or there is none.
    """
    directory = directories.of(unit.connection, jurisdiction)
    if isinstance(child, int):
        row = rows.child_by_id(unit.connection, child)
        if row is None or row.jurisdiction != jurisdiction:
            raise NotFound("没有这份儿童档案，或者您无权查看")
        return child
    found = children.find(unit, jurisdiction, child)
    return found if found is not None else children.open_file(unit, jurisdiction, child, directory.areas)


def _open_case(
    unit: Unit,
    releases: Releases,
    directories: Directories,
    jurisdiction: str,
    by: By,
    *,
    child_id: int | None = None,
    area_id: int | None = None,
) -> RunningCase:
    year = day_of(unit.now).year
    counted = rows.next_number(unit.connection, f"case:{jurisdiction}", year)
    row = None if child_id is None else rows.child_by_id(unit.connection, child_id)
    case_id = rows.add(
        unit.connection,
        tables.case,
        number=f"{jurisdiction.upper()}-{year}-{counted:04d}",
        subject="area" if child_id is None else "child",
        child_id=child_id,
        jurisdiction=jurisdiction,
        area_id=row.area_id if row else area_id,
        opened_at=unit.now,
    )
    case = loaded(unit, releases, directories, case_id, by)
    about = {"area": case.child_area} if child_id is None else {"child": child_id}
    case.note("case_opened", number=case.row.number, **about)
    if by.unit_id is not None:
        case.let_read([by.unit_id], "opened")
    answering.let_lead_agencies_read(case)
    if row is not None:
        known = children.read(unit, row)
        case.learn(answering.decisive_of_child(case, known))
        birthdays.set_birthdays(case, known.get(children.BIRTH_DATE))
    return case


def loaded(unit: Unit, releases: Releases, directories: Directories, case_id: int, by: By) -> RunningCase:
    """Return a case, locked.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    case = load(unit, case_id, releases, directories, by)
    if case is None:
        raise NotFound("没有这个个案，或者您无权查看")
    return case


@contextmanager
def opened_item(
    database: Database, releases: Releases, directories: Directories, acting: Acting, item_id: int
) -> Iterator[tuple[RunningCase, OpenItem]]:
    """Fetch an item that one of the person's units may claim, lock its case, and step as the engine inside.

    Raises:
        NotFound: no such item, or not one of theirs. Refused: it is closed; by whom, when.
    """
    with database.unit(acting) as unit:
        candidates = rows.may_claim(unit.connection, item_id, acting.unit_ids)
        by = acting.first_of(one.unit_id for one in candidates)
        if by is None:
            raise NotFound("没有这件待办，或者不属于您的单位")
        mine = next(one for one in candidates if one.unit_id == by.id)
        unit.go_on_as(ENGINE)
        case = loaded(unit, releases, directories, mine.case_id, By(unit_id=by.id, role=mine.role))
        item = case.items.get(item_id)
        if item is None:
            raise refusals.no_longer_open(case, item_id)
        if refusals.stands_in(case, item, acting):
            case.by = replace(case.by, on_behalf_of=str(item.person_id))
        yield case, item

"""A work item as every list shows it: its limit, its unit, and of the child never more than sex, age and village."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from engine.core.calendars import EMPTY, Calendar
from engine.core.deadlines import age_at, day_of
from engine.service import children
from engine.service.children import RESIDENCE
from engine.service.directory import Directories
from engine.service.discretion import REPORTER, Discretion
from engine.service.limitwords import days_left, is_working
from engine.service.releases import Releases
from engine.service.unit import Unit

#: The rungs of the ladder as the pages name them.
SHARES = (0, 80, 100, 200)


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxRow:
    """One work item as a list shows it; ``child_line`` tells sex, age and village, never a name.

    Where an item is about no child, ``child_code`` is the name of its area.
    """

    id: int
    instance_id: int
    element: str
    name: str
    code: str
    procedure: str
    procedure_name: str
    case_id: int
    child_code: str
    child_line: str
    opened_at: datetime
    due_at: datetime | None
    state: str
    stage: int
    unit_name: str
    source_name: str | None
    holder_id: int | None
    holder_name: str | None
    version: int
    done_at: datetime | None
    flags: Sequence[str]
    provisional: bool = False
    suspended_since: datetime | None = None
    working_days_left: int | None = None
    consulted: int = 0
    pressed: int = 0
    urged: int = 0
    risk: int = 0
    follow_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What the rows of one list have in common: names of procedures, and the calendar where a limit counts by it."""

    procedures: Mapping[tuple[int, str], str]
    calendar: Calendar


class Rows:
    """Makes rows of the queries of ``engine.store.inbox``."""

    def __init__(self, releases: Releases, directories: Directories) -> None:
        self._releases = releases
        self._directories = directories

    def shared(self, unit: Unit, found: Sequence[Row[Any]]) -> Shared:
        """Return what these rows have in common; the calendar is asked for only where one counts working days."""
        counts = any(self._in_working_days(unit, one) for one in found)
        calendar = self._directories.almanac.now(unit.connection) if counts else EMPTY
        return Shared(procedures=self._names(unit, found), calendar=calendar)

    def _in_working_days(self, unit: Unit, one: Row[Any]) -> bool:
        """Say whether the row has a due time that was reckoned in working days."""
        if one.due_at is None or one.limit_name is None:
            return False
        rule = self._releases.by_id(unit.connection, one.release_id).rules.get(one.limit_name)
        return rule is not None and is_working(rule)

    def _names(self, unit: Unit, found: Sequence[Row[Any]]) -> dict[tuple[int, str], str]:
        """Return what the procedures of these rows are called in the release that each runs on."""
        wanted = {(one.release_id, one.procedure) for one in found}
        return {at: self._releases.by_id(unit.connection, at[0]).procedures[at[1]].model.name for at in wanted}

    def row(self, unit: Unit, one: Row[Any], shared: Shared) -> InboxRow:
        """Return a row of the inbox's queries as lists show it."""
        known = read_file(unit, one)
        return InboxRow(
            id=one.id,
            instance_id=one.instance_id,
            element=one.element,
            name=one.name,
            code=one.code,
            procedure=one.procedure,
            procedure_name=shared.procedures[one.release_id, one.procedure],
            case_id=one.case_id,
            child_code=one.child_code,
            child_line=line_of(one, known, unit.now),
            opened_at=one.opened_at,
            due_at=one.due_at,
            state=one.state,
            stage=SHARES[one.stage],
            unit_name=one.unit_name,
            source_name=one.source_name,
            holder_id=one.person_id,
            holder_name=one.holder_name,
            version=one.version,
            done_at=one.done_at,
            flags=flags_of(one, known),
            provisional=one.provisional,
            suspended_since=one.suspended_at,
            consulted=one.consulted,
            pressed=one.pressed,
            urged=one.urged,
            working_days_left=days_left(one.due_at, unit.now, shared.calendar)
            if self._in_working_days(unit, one)
            else None,
            risk=one.risk,
        )


def kept_back(row: InboxRow, kept: Discretion, unit_id: int) -> InboxRow:
    """Return the row without the name of a reporter that is kept from the reader."""
    return replace(row, unit_name=REPORTER, holder_name=None) if kept.hides(unit_id, row.code) else row


#: What a report should bring, and what is said while it is missing.
WANTED = {"child_name": "姓名不详", "birth_date": "出生日期不详", "phone": "父母电话不详"}


#: What stands in the place of a child's line where the case is about an area.
OF_AN_AREA = "地区工作"


def read_file(unit: Unit, row: Row[Any]) -> dict[str, Any]:
    """Return what the child's file holds; nothing where the row is of an area's case, which has no ``sealed``."""
    return {} if row.sealed is None else children.read(unit, row)


def flags_of(row: Row[Any], known: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is still unknown of a child whom the law protects all the same; nothing of an area."""
    if row.sealed is None:
        return ()
    return tuple(words for key, words in WANTED.items() if not known.get(key))


def line_of(row: Row[Any], known: Mapping[str, Any], now: datetime) -> str:
    """Return the line about whom a row is: a child, or the work of an area."""
    return OF_AN_AREA if row.sealed is None else child_line(known, now)


def child_line(known: Mapping[str, Any], now: datetime) -> str:
    """Return sex, age and where a child lives, as far as known; never a name."""
    parts = [str(known["sex"])] if known.get("sex") else []
    if known.get("birth_date"):
        parts.append(f"{age_at(_day(known['birth_date']), day_of(now))}岁")
    if known.get(RESIDENCE):
        parts.append(str(known[RESIDENCE]).rpartition(".")[2])
    return "，".join(parts) or "情况不详"


def _day(text: Any) -> Any:
    return datetime.fromisoformat(str(text)).date()

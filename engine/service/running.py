"""One case under way within one unit of work: instances stepped, rows kept in step with them.

Everything here runs with the case row locked and as the ``engine`` actor; who may do what was
decided before. Nothing here commits.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from engine.bpmn.adapter import ItemLimit, Position, Procedure, Surroundings
from engine.bpmn.release import Release
from engine.core import values
from engine.core.birthdays import age_before
from engine.core.calendars import Calendar
from engine.core.routing import Directory
from engine.service import limitchanges
from engine.service.directory import Directories
from engine.service.limitchanges import LimitChange
from engine.service.releases import Releases
from engine.service.terms import Terms
from engine.service.unit import Unit
from engine.store import casework as rows
from engine.store import tables

#: More messages than this in one unit of work is a loop between procedures.
MOST_MESSAGES = 200


#: In ``case``: the keys of the procedures that run, and the age of the child where the birth date is known.
RUNNING, AGE = "running", "child_age"
#: In ``case`` of an area: the keys of the units there and below, by role.
UNITS = "units"
#: A timer of the case itself; the message that it sends has its name.
BIRTHDAY = "birthday"


class MessageLoop(Exception):
    """Procedures of one case answer one another without end."""


@dataclass(kw_only=True)
class Live:
    """An instance as this unit of work has left it so far."""

    id: int
    key: str
    procedure: Procedure
    release: Release
    state: bytes
    version: int
    started_by_unit_id: int | None
    overrides: dict[str, str]
    waits: frozenset[str]
    position: Position | None = None
    ends: list[str] = field(default_factory=list)
    ended: bool = False


@dataclass(kw_only=True)
class OpenItem:
    """A work item under way."""

    id: int
    instance_id: int
    token: UUID
    element: str
    code: str
    name: str
    role: str
    unit_id: int
    state: str
    person_id: int | None
    opened_at: datetime
    due_at: datetime | None
    limit_name: str | None
    stage: int
    version: int
    candidates: tuple[int, ...]
    provisional: bool = False
    suspended_at: datetime | None = None
    consulted: int = 0
    pressed: int = 0
    urged: int = 0
    risk: int = 0
    changes: tuple[LimitChange, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """A timer of the case, of one of its instances or items; its id is below zero until it is written."""

    id: int
    kind: str
    name: str
    due_at: datetime
    instance_id: int | None = None
    token: UUID | None = None
    element: str | None = None
    work_item_id: int | None = None
    stage: int = 0

    @property
    def is_written(self) -> bool:
        return self.id > 0

    def row(self, case_id: int) -> dict[str, Any]:
        """Return the row to write."""
        columns = ("kind", "name", "due_at", "instance_id", "token", "element", "work_item_id", "stage")
        return {"case_id": case_id, **{column: getattr(self, column) for column in columns}}


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """For which unit and in which role the acting person does this, and for which absent colleague (an id)."""

    unit_id: int | None
    role: str | None
    on_behalf_of: str | None = None


@dataclass(kw_only=True)
class Elsewhere:
    """What a task of an area's case means for a child: messages to its case, and what the register is to say."""

    child_id: int
    register: tuple[str, ...] = ()
    messages: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class RunningCase:
    """The case row and all that runs in it; verbs call its methods and :meth:`settle` at the end."""

    unit: Unit
    releases: Releases
    release: Release
    directory: Directory
    calendar: Calendar
    row: Row[Any]
    by: By
    facts: dict[str, Any]
    instances: dict[int, Live]
    items: dict[int, OpenItem]
    timers: dict[int, Timer]
    messages: deque[tuple[str, int | None]] = field(default_factory=deque)
    told: int = 0
    changed: bool = False
    place_area: str | None = None
    child_area: str | None = None
    stepped: set[int] = field(default_factory=set)
    elsewhere: Elsewhere | None = None
    merged: bool = False

    @property
    def id(self) -> int:
        return int(self.row.id)

    @property
    def is_of_area(self) -> bool:
        """Whether the case is about an area and no child: the cycles of its units run there."""
        return self.row.child_id is None

    @property
    def now(self) -> datetime:
        return self.unit.now

    def around(self, release: Release) -> Surroundings:
        """Return what a step of an instance sees from outside, by the release that it runs on."""
        moved = {
            one.token: ItemLimit(one.limit_name, one.due_at)
            for one in self.items.values()
            if one.changes and one.limit_name
        }
        return Surroundings(
            parameters=release.parameters,
            case=self.known(),
            now=self.now,
            calendar=self.calendar,
            rules=release.rules,
            limits=moved,
        )

    def known(self) -> dict[str, Any]:
        """Return the case's facts, which procedures run in it, and how old the child is.

        The birthdays that the case waits for tell the age, so that nobody has to open the child's file.
        """
        running = sorted({one.key for one in self.instances.values() if not one.ended})
        waited_for = {one.name: one.due_at for one in self.timers.values() if one.kind == BIRTHDAY}
        age = age_before(waited_for, self.now)
        return {**self.facts, RUNNING: running, AGE: None if age is None else Decimal(age), **self._of_area()}

    def _of_area(self) -> dict[str, Any]:
        """Return which units work in the area of the case and below it, by role; of a child's case nothing."""
        return {UNITS: self.directory.below(self.child_area)} if self.is_of_area and self.child_area else {}

    def terms(self, live: Live) -> Terms:
        """Return the texts of the instance's tasks, read as it stands now."""
        position = self.position(live)
        context = {**position.context, "case": self.known()}
        return Terms(
            model=live.procedure.model,
            parameters=live.release.parameters,
            context=context,
            names=live.release.process_names[live.key],
            rules=live.release.rules,
            calendar=self.calendar,
        )

    def position(self, live: Live) -> Position:
        if live.position is None:
            live.position = live.procedure.look(live.state, self.around(live.release))
        return live.position

    def note(self, kind: str, **body: Any) -> None:
        """Write one entry into the case's journal."""
        by = self.by
        self.unit.journal(self.id, kind, body, unit_id=by.unit_id, role=by.role, on_behalf_of=by.on_behalf_of)

    def send(self, message: str, origin: int | None) -> None:
        """Queue a message to the procedures of this case, or of the child's of whom a task of it speaks."""
        if self.elsewhere is not None and origin is not None:
            self.elsewhere.messages.append(message)
            return
        self.messages.append((message, origin))

    def let_read(self, unit_ids: Iterable[int], why: str) -> None:
        """Let these units read the case from now on; those that already may, keep their reason."""
        given = [{"case_id": self.id, "unit_id": one, "since": self.now, "why": why} for one in unit_ids]
        self.unit.pending.add(tables.case_access, given)

    def learn(self, fields: Mapping[str, Any]) -> None:
        """Take decisive values into the case's facts."""
        for key, value in fields.items():
            if self.facts.get(key) != value:
                self.facts[key] = value
                self.changed = True

    def live_of(self, procedure: str) -> Sequence[Live]:
        return [one for one in self.instances.values() if one.key == procedure and not one.ended]


def load(unit: Unit, case_id: int, releases: Releases, directories: Directories, by: By) -> RunningCase | None:
    """Return the case, locked, or None where the actor cannot see it; what is pending is written before."""
    connection = unit.connection
    unit.flush()
    row = rows.lock_case_to_step(connection, case_id, unit.now)
    if row is None:
        return None
    unit.hold(case_id, seq=row.journal_seq, head=row.journal_head)
    directory = directories.at(connection, row.jurisdiction, row.directory_mark)
    return RunningCase(
        unit=unit,
        releases=releases,
        release=releases.found(connection, row.release_id),
        directory=directory,
        calendar=directories.almanac.at(connection, row.calendar_mark),
        row=row,
        by=by,
        facts=values.from_json(json.loads(row.facts)),
        instances={one.id: _live(one, unit, releases) for one in rows.running_instances(connection, case_id)},
        items={one.id: open_item(one) for one in rows.open_items(connection, case_id)},
        timers={one.id: _timer(one) for one in rows.timers_of(connection, case_id)},
        place_area=directory.area_key(row.place_area_id),
        child_area=directory.area_key(row.area_id),
    )


def _live(row: Row[Any], unit: Unit, releases: Releases) -> Live:
    release = releases.by_id(unit.connection, row.release_id)
    return Live(
        id=row.id,
        key=row.procedure,
        procedure=release.procedures[row.procedure],
        release=release,
        state=bytes(row.state),
        version=row.version,
        started_by_unit_id=row.started_by_unit_id,
        overrides=json.loads(row.unit_overrides),
        waits=frozenset(row.waits or ()),
        ends=list(row.ends),
    )


def _timer(row: Row[Any]) -> Timer:
    return Timer(
        id=row.id,
        kind=row.kind,
        name=row.name,
        due_at=row.due_at,
        instance_id=row.instance_id,
        token=row.token,
        element=row.element,
        work_item_id=row.work_item_id,
        stage=row.stage,
    )


def open_item(row: Row[Any]) -> OpenItem:
    """Return a row of :func:`rows.open_items` as an item."""
    return OpenItem(
        id=row.id,
        instance_id=row.instance_id,
        token=row.token,
        element=row.element,
        code=row.code,
        name=row.name,
        role=row.role,
        unit_id=row.unit_id,
        state=row.state,
        person_id=row.person_id,
        opened_at=row.opened_at,
        due_at=row.due_at,
        limit_name=row.limit_name,
        stage=row.stage,
        version=row.version,
        candidates=tuple(row.candidates or ()),
        provisional=row.provisional,
        suspended_at=row.suspended_at,
        consulted=row.consulted,
        pressed=row.pressed,
        urged=row.urged,
        risk=row.risk,
        changes=limitchanges.read(row.changes),
    )


def save_instance(case: RunningCase, live: Live) -> None:
    """Write back the instance's state and how it stands."""
    position = case.position(live)
    case.unit.pending.change(
        tables.instance,
        live.id,
        state=live.state,
        version=live.version + 1,
        unit_overrides=json.dumps(live.overrides, ensure_ascii=False),
        started_by_unit_id=live.started_by_unit_id,
        ends=live.ends,
        end_name=live.ends[-1] if live.ends else None,
        ended_at=case.now if live.ended else None,
        status=_status(live, position),
    )
    waits = frozenset() if live.ended else frozenset(position.waits)
    no_longer = [{"instance_id": live.id, "message": name} for name in sorted(live.waits - waits)]
    case.unit.pending.drop(tables.subscription, no_longer)
    fresh = [{"instance_id": live.id, "case_id": case.id, "message": name} for name in sorted(waits - live.waits)]
    case.unit.pending.add(tables.subscription, fresh)
    live.waits = waits


def _status(live: Live, position: Position) -> str:
    if live.ended:
        return "ended" if position.ended else "cancelled"
    return "stuck" if position.stuck else "running"

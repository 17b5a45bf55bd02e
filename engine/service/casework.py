"""The verbs of casework: start, claim, release, complete, say what happened, fire what is due.

Every verb opens one unit of work, fetches for the acting person, decides, and records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from engine.bpmn.release import Release
from engine.core.errors import NotFound, Refused
from engine.core.model import Acting, system
from engine.service import answering, children, cycles, items, merging, passing, refusals, stepping, timers
from engine.service.directory import Directories
from engine.service.opening import ENGINE, case_of_child, file_of, loaded, opened_item
from engine.service.releases import Releases
from engine.service.running import By, OpenItem, RunningCase
from engine.service.starting import Started, begin, each_is_its_own
from engine.service.telling import open_incident
from engine.service.unit import Database, Unit
from engine.store import cadences as occurrences
from engine.store import casework as rows
from engine.store import presses, tables
from engine.store.presses import digest_of

log = structlog.get_logger()

#: What an event calls the unit to which it moves every open item of some roles.
TARGET = "target"


@dataclass(frozen=True, kw_only=True, slots=True)
class Next:
    """An item that a completed one has opened."""

    id: int
    name: str
    unit_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What came of a completed item: the items that it has opened in the case."""

    case_id: int
    items: tuple[Next, ...]


class Casework:
    """The verbs; one object a process."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories

    def start(
        self,
        acting: Acting,
        unit_key: str,
        procedure: str,
        *,
        child: int | Mapping[str, Any],
        fields: Mapping[str, Any] | None = None,
        press: str = "",
    ) -> Started:
        """Start a procedure for a child by hand; a child that is not on file yet gets a file.

        ``child`` is the id of a child's file or what is known about the child. ``fields`` are
        answers known before the first task. A procedure that already runs for the child is
        attached to, unless each start is one of its own (a report). ``press`` is the token of the form:
        pressed twice at the same instant it opens one file.

        Raises:
            NotFound: the acting person does not act for the unit, or may not see the child's file.
            Refused: the procedure is not published, or not theirs to start, or this press was answered.
        """
        by = refusals.unit_of(acting, unit_key)
        with self._database.unit(acting) as unit:
            release = self._releases.in_force(unit.connection, by.jurisdiction, unit.now)
            role = refusals.starter_role(release, procedure, by.roles)
            known = child if isinstance(child, int) else self._on_file(unit, release, procedure, child)
            if known is not None:
                refusals.require_child(unit.connection, known, by.jurisdiction)
            unit.go_on_as(ENGINE)
            if press and not presses.take(unit.connection, digest_of(press), unit.now):
                raise Refused("这次发起已经办理，请在“待办”或者“个案”中查看，不必再次提交")
            at = By(unit_id=by.id, role=role)
            child_id = file_of(unit, self._directories, by.jurisdiction, child)
            held = cycles.hold_for_child(unit, self._directories, release, procedure, child_id)
            case = case_of_child(unit, self._releases, self._directories, by.jurisdiction, child_id, at)
            before = set(case.instances)
            begun = begin(case, procedure, started_by=role, unit_id=by.id, fields=fields)
            for one in held if begun.instance_id not in before else ():
                occurrences.begin(unit.connection, one, at=unit.now, instance_id=begun.instance_id)
            return begun

    def start_cycle(self, acting: Acting, unit_key: str, procedure: str) -> Started:
        """Start the cycle of the period under way for the unit's own area, or attach to the one that runs.

        Raises:
            NotFound: the acting person does not act for the unit.
            Refused: it is not the unit's to start, or this period's is done.
        """
        by = refusals.unit_of(acting, unit_key)
        with self._database.unit(acting) as unit:
            release = self._releases.in_force(unit.connection, by.jurisdiction, unit.now)
            unit.go_on_as(ENGINE)
            return cycles.start_by_hand(unit, self._releases, self._directories, release, procedure, by)

    def claim(self, acting: Acting, item_id: int, seen_version: int) -> None:
        """Take an open item; a colleague who was faster is named."""
        with self._opened(acting, item_id) as (case, item):
            refusals.require_seen(case, item, seen_version)
            refusals.require_free(case, item, acting)
            if item.state == "open":
                changes = {"state": "claimed", "person_id": acting.person_id}
                case.unit.pending.change(tables.work_item, item.id, version=item.version + 1, **changes)
                case.note("item_claimed", item=item.id, code=item.code, person=acting.person_id)

    def release(self, acting: Acting, item_id: int, seen_version: int) -> None:
        """Give a claimed item back to the unit."""
        with self._opened(acting, item_id) as (case, item):
            refusals.require_seen(case, item, seen_version)
            refusals.require_mine(case, item, acting)
            changes = {"state": "open", "person_id": None}
            case.unit.pending.change(tables.work_item, item.id, version=item.version + 1, **changes)
            case.note("item_released", item=item.id, code=item.code, person=acting.person_id)

    def complete(
        self,
        acting: Acting,
        item_id: int,
        answers: Mapping[str, Any],
        seen_version: int,
        attachments: Sequence[int] = (),
    ) -> Done:
        """Submit an item's form; an open one is claimed with it.

        Raises:
            NotFound: no such item, or not one of the person's units.
            Refused: done, cancelled, held by a colleague, or changed since the page was opened.
            Invalid: by field; nothing has changed.
        """
        with self._opened(acting, item_id) as (case, item):
            refusals.require_seen(case, item, seen_version)
            refusals.require_free(case, item, acting)
            refusals.require_heard(item)
            before = set(case.items)
            self._complete(case, item, answers, person_id=acting.person_id, attachments=attachments)
            opened = (one for one in case.items.values() if one.id not in before)
            return Done(case_id=case.id, items=tuple(_next(case, one) for one in opened))

    def happened(
        self,
        acting: Acting,
        case_id: int,
        event: str,
        answers: Mapping[str, Any],
        *,
        reason: str,
        unit_key: str | None = None,
    ) -> None:
        """Say what happened outside any task: an event of the list, by a unit that may say it.

        Raises:
            NotFound: no such case, or not one that the person's units may see.
            Refused: the event is not theirs to say, or no procedure of the case waits for it.
        """
        with self._database.unit(acting) as unit:
            if rows.lock_case(unit.connection, case_id) is None:
                raise NotFound("没有这个个案，或者您无权查看")
            unit.go_on_as(ENGINE)
            case = self._load(unit, case_id, By(unit_id=None, role=None))
            _say(case, acting, event, answers, reason=reason, unit_key=unit_key)

    def happened_to(
        self,
        acting: Acting,
        unit_key: str,
        event: str,
        answers: Mapping[str, Any],
        *,
        child: int | Mapping[str, Any],
        reason: str,
    ) -> int:
        """Say what happened to a child who may have no case yet; returns the id of the case.

        ``child`` is as in :meth:`start`.

        Raises:
            NotFound: the acting person does not act for the unit, or may not see the child's file.
            Refused: as in :meth:`happened`; then no case is opened.
        """
        by = refusals.unit_of(acting, unit_key)
        with self._database.unit(acting) as unit:
            if isinstance(child, int):
                refusals.require_child(unit.connection, child, by.jurisdiction)
            unit.go_on_as(ENGINE)
            at = By(unit_id=by.id, role=None)
            child_id = file_of(unit, self._directories, by.jurisdiction, child)
            case = case_of_child(unit, self._releases, self._directories, by.jurisdiction, child_id, at)
            _say(case, acting, event, answers, reason=reason, unit_key=unit_key)
            return case.id

    def fire_due(self) -> int:
        """Do what is due now; each case in its own transaction, so a broken one stops no other.

        Returns how many cases were woken.
        """
        woken = 0
        while self._fire_one() is not None:
            woken += 1
        return woken

    def _fire_one(self) -> int | None:
        case_id: int | None = None
        try:
            with self._database.unit(system("clock")) as unit:
                case_id = rows.case_with_due_timer(unit.connection, unit.now)
                if case_id is not None:
                    case = self._load(unit, case_id, By(unit_id=None, role=None))
                    stepping.fire(case)
                    stepping.settle(case)
        except Exception:
            if case_id is None:
                raise
            log.exception("case_failed", case=case_id)
            self._set_aside(case_id)
        return case_id

    def _set_aside(self, case_id: int) -> None:
        """Turn what could not be fired into an incident, so that the clock goes on."""
        with self._database.unit(system("clock")) as unit:
            case = self._load(unit, case_id, By(unit_id=None, role=None))
            due = timers.due(case)
            timers.drop(case, [timer.id for timer in due])
            names = "、".join(timer.name for timer in due)
            live = case.instances.get(due[0].instance_id or 0) if due else None
            open_incident(case, live, rows.FAILED, f"时限（{names}）到期后未能继续，请管理员查看并重试")

    def look(self, unit: Unit, case_id: int) -> RunningCase:
        """Return a case as it runs, locked, for reading within a unit of work of the caller."""
        return self._load(unit, case_id, By(unit_id=None, role=None))

    @staticmethod
    def _on_file(unit: Unit, release: Release, procedure: str, child: Mapping[str, Any]) -> int | None:
        """Return the file that a child told of in words has already; a report goes on whoever may read it."""
        if each_is_its_own(release, procedure):
            return None
        with unit.acting_as(ENGINE):
            return children.find(unit, release.jurisdiction, child)

    def _load(self, unit: Unit, case_id: int, by: By) -> RunningCase:
        return loaded(unit, self._releases, self._directories, case_id, by)

    @contextmanager
    def _opened(self, acting: Acting, item_id: int) -> Iterator[tuple[RunningCase, OpenItem]]:
        """Fetch an item for the person, lock its case, and step as the engine inside."""
        with opened_item(self._database, self._releases, self._directories, acting, item_id) as opened:
            yield opened

    def _complete(
        self,
        case: RunningCase,
        item: OpenItem,
        answers: Mapping[str, Any],
        *,
        person_id: int | None,
        attachments: Sequence[int],
    ) -> None:
        target_id = answering.complete(case, item, answers, person_id=person_id, attachments=attachments)
        merging.settle(case, target_id, self._releases, self._directories)
        passing.pass_on(case, answers, self._releases, self._directories)


def _say(
    case: RunningCase, acting: Acting, event: str, answers: Mapping[str, Any], *, reason: str, unit_key: str | None
) -> None:
    said, speaker, role = refusals.speaker(case, acting, event, unit_key)
    case.by = By(unit_id=speaker.id, role=role)
    answering.record_event(case, said, answers, reason, acting.person_id)
    if said.every:
        items.move_all(case, said.every, str(answers.get(TARGET) or ""))
    elif not stepping.deliver(case, event, None):
        if refusals.somebody_publishes(case, said):
            raise Refused(f"“{said.label}”：现在没有任何环节在等这件事，未作登记")
        stepping.keep_awaiting(case, event, None)
    stepping.settle(case)


def _next(case: RunningCase, item: OpenItem) -> Next:
    unit = case.directory.unit_by_id(item.unit_id)
    return Next(id=item.id, name=item.name, unit_name=unit.name if unit else "")

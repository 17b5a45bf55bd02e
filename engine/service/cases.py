"""A case as a page shows it, a child's file, search, and the state that a receipt tells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from engine.bpmn.adapter import Surroundings
from engine.bpmn.directory import Event
from engine.bpmn.release import Release
from engine.core import values
from engine.core.deadlines import SHANGHAI
from engine.core.errors import NotFound, Refused
from engine.core.model import Acting
from engine.service import files, refusals
from engine.service.caseviews import Awaited, CaseView, ChildLine, EventView, Found, InstanceView
from engine.service.directory import Directories
from engine.service.discretion import Discretion, Discretions, may_be_narrow
from engine.service.eventforms import event_form
from engine.service.exporting import MOST_ROWS, Sheet, note_reading
from engine.service.inboxrows import Rows, flags_of, kept_back, line_of
from engine.service.reasons import spelled
from engine.service.releases import Releases
from engine.service.submissions import known_of_child
from engine.service.timeline import Entry, Teller, people_in
from engine.service.unit import Database, Unit
from engine.store import casework as rows
from engine.store import inbox as inbox_rows
from engine.store import views

NO_CASE = "没有这个个案，或者您无权查看"


class Cases:
    """Reads of cases and children; each read of a child's file is recorded."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._rows = Rows(releases, directories)
        self._discretions = Discretions(releases, directories)

    def case(self, acting: Acting, case_id: int) -> CaseView:
        """Return a case that one of the person's units may read.

        Raises:
            NotFound: no such case, or not theirs to see: the two look the same.
        """
        with self._database.unit(acting) as unit:
            row = views.case_row(unit.connection, case_id)
            if row is None:
                raise NotFound(NO_CASE)
            unit.read(case_id, "个案", unit_id=next(iter(acting.unit_ids), None))
            return self._view(unit, acting, row)

    def _view(self, unit: Unit, acting: Acting, row: Row[Any]) -> CaseView:
        connection = unit.connection
        release = self._releases.in_force(connection, row.jurisdiction, unit.now)
        kept = self._discretions.of(unit, acting, row.id)
        known = known_of_child(unit, row, [row.id], kept)
        under_way = [one for one in inbox_rows.rows_of_case(connection, row.id) if kept.shows(one.procedure)]
        shared = self._rows.shared(unit, under_way)
        items = [kept_back(self._rows.row(unit, one, shared), kept, one.unit_id) for one in under_way]
        instances = [one for one in views.instances_of(connection, row.id) if kept.shows(one.procedure)]
        shown = {one.id for one in instances}
        shown_items = views.items_of_instances(connection, sorted(shown))
        return CaseView(
            id=row.id,
            number=row.number,
            jurisdiction=row.jurisdiction,
            child=ChildLine(
                id=row.child_id,
                code=row.child_code,
                name=known.get("child_name") or "",
                line=line_of(row, known, unit.now),
            ),
            flags=flags_of(row, known),
            facts=self._facts(row, instances, release),
            timeline=self._timeline(unit, row, release, kept),
            items=items,
            instances=[self._instance(unit, one, row) for one in instances],
            documents=[one for one in rows.documents_of(connection, row.id) if one.instance_id in shown],
            attachments=[
                one
                for one in files.of_case(unit, row.id)
                if one.work_item_id in shown_items and kept.shows_of(shown_items[one.work_item_id])
            ],
            events=self._events(acting, release, unit, row),
            notices=[
                one
                for one in views.notices_with_units(connection, row.id)
                if kept.shows(one.about.partition("-")[0]) and not kept.hides(one.unit_id, one.about)
            ],
            awaiting=[
                Awaited(label=_awaited(release, one.message), at=one.at) for one in rows.awaiting_of(connection, row.id)
            ],
            incidents=rows.incidents_of(connection, row.id),
            readers=[
                one
                for one in views.readers_of(connection, row.id)
                if one.unit_id in acting.unit_ids or (kept.procedures is None and not kept.hides(one.unit_id))
            ],
        )

    def _facts(self, row: Row[Any], instances: Sequence[Row[Any]], release: Release) -> list[tuple[str, str]]:
        running = [one.procedure for one in instances if one.ended_at is None]
        names = dict.fromkeys(_name(release, key) for key in running)
        opened = row.opened_at.astimezone(SHANGHAI)
        return [
            ("开立", f"{opened.year}年{opened.month}月{opened.day}日"),
            ("在办程序", "、".join(names) or "无"),
            ("状态", {"open": "在办", "closed": "已办结", "merged": "已并入"}[row.state]),
        ]

    def _timeline(self, unit: Unit, row: Row[Any], release: Release, kept: Discretion) -> list[Entry]:
        entries = views.journal_of(unit.connection, row.id)
        teller = Teller(
            release=release,
            directory=self._directories.of(unit.connection, row.jurisdiction),
            people=views.names_of_people(unit.connection, people_in(entries)),
            names=views.item_names(unit.connection, row.id),
            procedures=views.item_procedures(unit.connection, row.id),
            discretion=kept,
        )
        return teller.tell(entries)

    def _instance(self, unit: Unit, one: Row[Any], row: Row[Any]) -> InstanceView:
        release = self._releases.by_id(unit.connection, one.release_id)
        procedure = release.procedures[one.procedure]
        facts = values.from_json(json.loads(row.facts))
        around = Surroundings(parameters=release.parameters, case=facts, now=unit.now)
        return InstanceView(
            id=one.id,
            key=one.procedure,
            name=procedure.model.name,
            xml=release.diagrams[one.procedure].decode(),
            trail=procedure.look(bytes(one.state), around).trail,
            started_at=one.started_at,
            ended_at=one.ended_at,
            end_name=spelled(release, one.end_name) if one.end_name else None,
            release_number=one.release_number,
        )

    def _events(self, acting: Acting, release: Release, unit: Unit, row: Row[Any]) -> list[Event]:
        """Return the events that somebody of the case waits for and the person may say."""
        if row.state != "open":
            return []
        waited = {one.message for one in rows.subscriptions_of(unit.connection, row.id)}
        running = {one.procedure for one in rows.running_instances(unit.connection, row.id)}
        for key in running & set(release.procedures):
            waited |= {door.message for door in release.procedures[key].model.doors if door.message}
        return [
            one
            for one in release.events.values()
            if (one.name in waited or not set(one.joins) & set(release.procedures)) and _may_say(release, acting, one)
        ]

    def event(self, acting: Acting, case_id: int, event: str) -> EventView:
        """Return what an event asks, for the person who wants to say it.

        Raises:
            NotFound: no such case for the person. Refused: the event is not theirs to say.
        """
        with self._database.unit(acting) as unit:
            row = views.case_row(unit.connection, case_id)
            if row is None:
                raise NotFound(NO_CASE)
            release = self._releases.in_force(unit.connection, row.jurisdiction, unit.now)
            said = release.events.get(event)
            if said is None or not _may_say(release, acting, said):
                raise Refused("这件事不由您的单位登记")
            return EventView(
                name=said.name,
                label=said.label,
                form=event_form(said),
                context={**release.parameters, "case": {}},
                jurisdiction=row.jurisdiction,
                case_id=case_id,
                case_number=row.number,
            )

    def search(self, acting: Acting, text: str) -> list[Found]:
        """Return the person's cases by case number, child's code or whole ID number, newest first."""
        with self._database.unit(acting) as unit:
            index = unit.vault.blind_index(text) if text else None
            return [self._found(unit, acting, one) for one in views.search(unit.connection, text.strip(), index)]

    def sheet(self, acting: Acting, text: str) -> Sheet:
        """Return what a search finds to be taken along; each case in it counts as read."""
        with self._database.unit(acting) as unit:
            index = unit.vault.blind_index(text) if text else None
            rows = views.search(unit.connection, text.strip(), index, most=MOST_ROWS)
            found = [self._found(unit, acting, one) for one in rows]
            note_reading(unit, (one.id for one in found), "导出个案列表")
            columns = ("个案号", "儿童代码", "儿童", "在办程序", "开立", "办结")
            cells = [
                (one.number, one.child_code, one.child_line, one.procedures, one.opened_at, one.closed_at)
                for one in found
            ]
            return Sheet(title="个案", columns=columns, rows=cells)

    def timeline_sheet(self, acting: Acting, case_id: int) -> Sheet:
        """Return the story of a case to be taken along; it counts as read.

        Raises:
            NotFound: no such case, or not theirs to see.
        """
        with self._database.unit(acting) as unit:
            row = views.case_row(unit.connection, case_id)
            if row is None:
                raise NotFound(NO_CASE)
            note_reading(unit, [case_id], "导出办理经过")
            release = self._releases.in_force(unit.connection, row.jurisdiction, unit.now)
            told = self._timeline(unit, row, release, self._discretions.of(unit, acting, case_id))
            cells = [(one.at, one.words, one.sub) for one in told]
            return Sheet(title=f"办理经过 {row.number}", columns=("时间", "经过", "说明"), rows=cells)

    def _found(self, unit: Unit, acting: Acting, row: Row[Any]) -> Found:
        kept = self._discretions.of(unit, acting, row.id) if may_be_narrow(acting) else Discretion()
        return Found(
            id=row.id,
            number=row.number,
            child_code=row.child_code,
            child_line=line_of(row, known_of_child(unit, row, [row.id], kept), unit.now),
            procedures="、".join(self._names(unit, row, kept)),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
        )

    def _names(self, unit: Unit, row: Row[Any], kept: Discretion) -> list[str]:
        release = self._releases.in_force(unit.connection, row.jurisdiction, unit.now)
        keys = row.keys.split() if isinstance(row.keys, str) else []
        return [_name(release, key) for key in keys if kept.shows(key)]


def _may_say(release: Release, acting: Acting, said: Event) -> bool:
    allowed = refusals.expanded(release, said.said_by)
    return refusals.ANYBODY in said.said_by or any(unit.roles & allowed for unit in acting.units)


def _awaited(release: Release, message: str) -> str:
    known = release.events.get(message)
    return known.label if known else _MESSAGES.get(message, "后续办理")


#: What the messages mean that procedures of the next releases will answer.
_MESSAGES = {
    "benefits_needed": "申请社会救助",
    "dropout_found": "控辍保学",
    "registration_needed": "办理户籍登记",
    "entrustment_needed": "落实委托监护",
    "duty_overdue": "核查逾期责任",
}


def _name(release: Release, key: str) -> str:
    known = release.procedures.get(key)
    return known.model.name if known else key

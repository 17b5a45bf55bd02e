"""What waits for whom: lists, counts and one item with its form and its reasons."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.bpmn.release import Release
from engine.core.calendars import EMPTY, Calendar
from engine.core.deadlines import age_at, day_of
from engine.core.errors import NotFound
from engine.core.model import Acting
from engine.service import answering, files, limitreading, limitrights, reasons
from engine.service.casework import Casework
from engine.service.children import RESIDENCE
from engine.service.directory import Directories
from engine.service.discretion import Discretions, may_be_narrow, may_be_told_less
from engine.service.forms import Form
from engine.service.limitviews import LimitView, May
from engine.service.limitwords import days_left, is_working
from engine.service.releases import Releases
from engine.service.running import RunningCase
from engine.service.submissions import known_of_child, masked
from engine.service.unit import Database, Unit
from engine.store import casework as rows
from engine.store import inbox as queries
from engine.store import sight

#: The rungs of the ladder as the pages name them.
SHARES = (0, 80, 100, 200)


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxRow:
    """One work item as a list shows it; ``child_line`` tells sex, age and village, never a name."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What the rows of one list have in common: names of procedures, and the calendar where a limit counts by it."""

    procedures: Mapping[tuple[str, str], str]
    calendar: Calendar


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemView:
    """One work item with its form; ``values`` are prefilled, or what was submitted once it is done."""

    row: InboxRow
    case_id: int
    case_number: str
    child_id: int
    jurisdiction: str
    form: Form
    values: Mapping[str, Any]
    context: Mapping[str, Any]
    why: reasons.Why
    limit: LimitView | None
    may: May
    references: Sequence[str]
    attachments: Sequence[files.Attached]
    version: int
    may_claim: bool
    may_release: bool
    may_complete: bool
    done_by: str | None


class Inbox:
    """Reads for the acting person; the database's row-level security says the same again."""

    def __init__(
        self,
        database: Database,
        releases: Releases,
        directories: Directories,
        casework: Casework,
        discretions: Discretions,
    ) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories
        self._casework = casework
        self._discretions = discretions

    def counts(self, acting: Acting) -> dict[str, int]:
        with self._database.unit(acting) as unit:
            return queries.counts_of(
                unit.connection, person_id=acting.person_id, unit_ids=acting.unit_ids, now=unit.now
            )

    def items(
        self,
        acting: Acting,
        *,
        view: str = "mine",
        procedure: str | None = None,
        sort: str = "due",
        page: int = 1,
    ) -> list[InboxRow]:
        """Return one page of ``mine``, ``unit``, ``working`` or ``done``."""
        with self._database.unit(acting) as unit:
            found = queries.rows_of(
                unit.connection,
                view,
                person_id=acting.person_id,
                unit_ids=acting.unit_ids,
                procedure=procedure,
                sort=sort,
                page=page,
            )
            shared = self.shared(unit, found)
            reporters = self._possible_reporters(unit, acting, found)
            return [self._row_for(unit, acting, one, shared, reporters) for one in found]

    def _possible_reporters(self, unit: Unit, acting: Acting, found: Sequence[Row[Any]]) -> set[int]:
        """Return who reported these cases last: only of items that came from them more is asked."""
        if not found or not may_be_told_less(acting):
            return set()
        facts = sight.facts_of(unit.connection, sorted({one.case_id for one in found}))
        return {reporter for one in facts if (reporter := self._discretions.reporter_of(unit, one)) is not None}

    def _row_for(
        self,
        unit: Unit,
        acting: Acting,
        one: Row[Any],
        shared: Shared,
        reporters: Collection[int],
    ) -> InboxRow:
        """Return a row without the reporter it came from, and with no more of a child than a reporter said."""
        shown = self.row(unit, one, shared)
        brought = may_be_narrow(acting) and self._discretions.is_brought(unit, one.jurisdiction, one)
        if not brought and one.source_unit_id not in reporters:
            return shown
        kept = self._discretions.of(unit, acting, one.case_id)
        known = known_of_child(unit, one, [one.case_id], kept)
        source = None if kept.hides(one.source_unit_id) else shown.source_name
        return replace(shown, source_name=source, child_line=child_line(known, unit.now), flags=flags_of(known))

    def procedures(self, acting: Acting) -> list[tuple[str, str]]:
        """Return key and name of the procedures of which the person's units have items."""
        with self._database.unit(acting) as unit:
            keys = queries.procedures_of(unit.connection, acting.unit_ids)
            jurisdiction = acting.units[0].jurisdiction if acting.units else ""
            if not keys:
                return []
            release = self._releases.in_force(unit.connection, jurisdiction, unit.now)
            known = ((key, release.procedures.get(key)) for key in keys)
            return [(key, procedure.model.name if procedure else key) for key, procedure in known]

    def notices(self, acting: Acting) -> list[Row[Any]]:
        with self._database.unit(acting) as unit:
            return list(queries.notices_for(unit.connection, acting.unit_ids))

    def read_notices(self, acting: Acting) -> None:
        with self._database.unit(acting) as unit:
            queries.mark_read(unit.connection, acting.unit_ids, unit.now)

    def item(self, acting: Acting, item_id: int) -> ItemView:
        """Return an item that one of the person's units may claim or did.

        Raises:
            NotFound: no such item, or not one of theirs: the two look the same.
        """
        with self._database.unit(acting) as unit:
            row = queries.row_of(unit.connection, item_id)
            theirs = rows.may_claim(unit.connection, item_id, acting.unit_ids)
            if row is None or not theirs:
                raise NotFound("没有这件待办，或者不属于您的单位")
            unit.read(row.case_id, f"办理“{row.name}”", unit_id=theirs[0].unit_id)
            with unit.acting_as("engine"):
                case = self._casework.look(unit, row.case_id)
                return self._view(unit, acting, row, case)

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

    def _names(self, unit: Unit, found: Sequence[Row[Any]]) -> dict[tuple[str, str], str]:
        """Return what the procedures of these rows are called, by jurisdiction and key."""
        wanted = {(one.jurisdiction, one.procedure) for one in found}
        releases = {
            code: self._releases.in_force(unit.connection, code, unit.now) for code in {code for code, _ in wanted}
        }
        known = {(code, key): releases[code].procedures.get(key) for code, key in wanted}
        return {at: procedure.model.name if procedure else at[1] for at, procedure in known.items()}

    def row(self, unit: Unit, one: Row[Any], shared: Shared) -> InboxRow:
        """Return a row of the inbox's queries as lists show it."""
        known = json.loads(unit.vault.open(bytes(one.sealed), one.key_id, context="child.sealed"))
        return InboxRow(
            id=one.id,
            instance_id=one.instance_id,
            element=one.element,
            name=one.name,
            code=one.code,
            procedure=one.procedure,
            procedure_name=shared.procedures[one.jurisdiction, one.procedure],
            case_id=one.case_id,
            child_code=one.child_code,
            child_line=child_line(known, unit.now),
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
            flags=flags_of(known),
            provisional=one.provisional,
            suspended_since=one.suspended_at,
            working_days_left=days_left(one.due_at, unit.now, shared.calendar)
            if self._in_working_days(unit, one)
            else None,
        )

    def _view(self, unit: Unit, acting: Acting, row: Row[Any], case: RunningCase) -> ItemView:
        live = case.instances.get(row.instance_id)
        # What was filled in is read by the release it was filled in under.
        release = live.release if live else self._releases.by_id(unit.connection, row.release_id)
        task = release.procedures[row.procedure].model.tasks[row.element]
        form = self._releases.form(release, task.form)
        context = dict(case.terms(live).context) if live else {"case": case.facts, **release.parameters}
        mine = row.person_id == acting.person_id
        people = rows.item_with_people(unit.connection, row.id)
        kept = self._discretions.of(unit, acting, row.case_id)
        shown = row._replace(source_name=None) if kept.hides(row.source_unit_id) else row
        first_word = kept.answers_of is None or _is_first_word(unit, case, row)
        values = self._values(unit, acting, row, form, context, case, release, first_word=first_word)
        limit = limitreading.view(case, live, release, task, row, kept)
        told = self.row(unit, shown, self.shared(unit, [row]))
        if kept.answers_of is not None:
            known = known_of_child(unit, row, [row.case_id], kept) or values
            told = replace(told, child_line=child_line(known, unit.now), flags=flags_of(known))
        return ItemView(
            row=told,
            case_id=row.case_id,
            case_number=row.case_number,
            child_id=row.child_id,
            jurisdiction=row.jurisdiction,
            form=form,
            values=values,
            context=context,
            why=reasons.why(case, live, task, shown, limit, place=first_word),
            limit=limit,
            may=_may(case, row.id, acting),
            references=reasons.references(case, kept.shows),
            attachments=files.of_item(unit, row.id),
            version=row.version,
            may_claim=row.state == "open",
            may_release=row.state == "claimed" and mine,
            may_complete=row.state == "open" or (row.state == "claimed" and mine),
            done_by=people.person_name if people else None,
        )

    def _values(
        self,
        unit: Unit,
        acting: Acting,
        row: Row[Any],
        form: Form,
        context: Mapping[str, Any],
        case: RunningCase,
        release: Release,
        *,
        first_word: bool,
    ) -> dict[str, Any]:
        """Return what was handed in, or what the form holds at first: what is known of the child already."""
        submitted = rows.submission_of_item(unit.connection, row.id)
        if submitted is not None:
            hidden = masked(acting, release, form, submitted.person_id)
            given = answering.opened(unit, submitted)
            return {key: value for key, value in given.items() if key not in hidden}
        if not first_word:
            return {}
        keys = {field.key for field in form.fields}
        known = answering.known_of_child(unit, case)
        return {key: value for key, value in known.items() if key in keys} | form.prefilled(context)


def _may(case: RunningCase, item_id: int, acting: Acting) -> May:
    """Return what the person may do with the limit of an item; nothing with that of a closed one."""
    item = case.items.get(item_id)
    if item is None:
        return May()
    readers = rows.readers_of_case(case.unit.connection, case.id)
    return limitrights.may(limitrights.place_of(case, item, acting, readers))


def _is_first_word(unit: Unit, case: RunningCase, row: Row[Any]) -> bool:
    """Say whether the item is of the report that the child's file was opened with: what it holds is the reporter's."""
    child = rows.child_by_id(unit.connection, case.row.child_id)
    first = min(one.id for one in rows.instances_of(unit.connection, case.id))
    return child is not None and child.created_at == case.row.opened_at and bool(row.instance_id == first)


#: What a report should bring, and what is said while it is missing.
WANTED = {"child_name": "姓名不详", "birth_date": "出生日期不详", "phone": "父母电话不详"}


def flags_of(known: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is still unknown of a child whom the law protects all the same."""
    return tuple(words for key, words in WANTED.items() if not known.get(key))


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

"""What a person who may read a case is still not told: who reported it, other courts' business, others' answers.

Finding is not reading: whoever reports a child has a part in the case from then on, and would otherwise
come to the whole file of any child by reporting it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.bpmn.model import ProcedureModel, TaskModel
from engine.core.model import Acting
from engine.core.routing import Directory
from engine.service.directory import Directories
from engine.service.items import REPORTER_UNIT
from engine.service.releases import Releases
from engine.service.unit import Unit
from engine.store import sight

#: A reporter's identity is known to the police alone (architecture D9; DL-3.1-3d).
POLICE = frozenset({"police", "police_station"})

#: Courts and procuratorates see their own procedures (architecture D9).
COURTS = frozenset({"court", "procuratorate"})

#: Lead agencies and those above them read the cases of their area whole, whatever part they have.
LEADS = frozenset({"civil_affairs", "superior"})

#: What stands for a reporting unit and its staff.
REPORTER = "报告单位（仅公安机关可见）"

#: Roles of tasks that fall to whoever brought the case, not to an agency by its office.
BROUGHT_BY = frozenset({"@starter", "@reporter"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Discretion:
    """What is kept from one person in one case.

    ``reporters`` are units whose names are kept back where they stand as reporters: in the tasks of
    ``report_codes``, and where no task is named, unless they are among ``agencies``, which have a task
    by their office too. ``procedures`` are those that may be seen, ``answers_of`` the units whose
    answers, files and words about the child may be; None: all.
    """

    reporters: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()
    report_codes: frozenset[str] = frozenset()
    procedures: frozenset[str] | None = None
    answers_of: frozenset[int] | None = None

    def hides(self, unit_id: int | None, code: str | None = None) -> bool:
        """Say whether the unit's name is kept back, in the task of this code or where none is named."""
        if unit_id not in self.reporters:
            return False
        return code in self.report_codes if code else unit_id not in self.agencies

    def shows(self, procedure: str) -> bool:
        return self.procedures is None or procedure in self.procedures

    def shows_of(self, unit_id: int | None) -> bool:
        """Say whether what this unit has answered may be read."""
        return self.answers_of is None or unit_id in self.answers_of


class Discretions:
    """Works out what is kept from whom; asks the database only what the case's own rows do not say."""

    def __init__(self, releases: Releases, directories: Directories) -> None:
        self._releases = releases
        self._directories = directories

    def of(self, unit: Unit, acting: Acting, case_id: int) -> Discretion:
        """Return what is kept from the person in a case that they may read."""
        return self.of_each(unit, acting, [case_id])[case_id]

    def of_each(
        self, unit: Unit, acting: Acting, case_ids: Collection[int], known: Mapping[str, Directory] | None = None
    ) -> dict[int, Discretion]:
        """Return what is kept from the person in each of these cases, with as many questions as for one.

        ``known``: the directories of their jurisdictions, where the caller has them.
        """
        ids = sorted(case_ids)
        rows = sight.facts_of(unit.connection, ids)
        starts = sight.starts_of(unit.connection, ids)
        known = known or self._directories_of(unit, rows)
        reporters = {
            row.id: self._reporters(unit, known[row.jurisdiction], row, starts.get(row.id, ())) for row in rows
        }
        units = {*acting.unit_ids}.union(*(found for found, _ in reporters.values()))
        parts = sight.parts_in(unit.connection, ids, sorted(units))
        outside = {row.id: self._only_brought(unit, acting, parts.get(row.id, ())) for row in rows}
        asked = [one for one, brought in outside.items() if brought]
        told = sight.told_of(unit.connection, asked, acting.unit_ids) if asked else set()
        unseen = Discretion(procedures=frozenset(), answers_of=frozenset())
        return dict.fromkeys(ids, unseen) | {
            row.id: discretion(
                acting,
                reporters=reporters[row.id][0],
                report_codes=reporters[row.id][1],
                agencies={one.unit_id for one in parts.get(row.id, ()) if not self.is_brought(unit, one)},
                own_procedures={one.procedure for one in _of(acting, parts.get(row.id, ()))},
                only_brought=outside[row.id] and row.id not in told,
            )
            for row in rows
        }

    def _only_brought(self, unit: Unit, acting: Acting, parts: Sequence[Row[Any]]) -> bool:
        mine = _of(acting, parts)
        return bool(mine) and all(self.is_brought(unit, one) for one in mine)

    def last_reporters(self, unit: Unit, case_ids: Collection[int], known: Mapping[str, Directory]) -> set[int]:
        """Return the units that reported these cases last; ``known``: the directories of their jurisdictions."""
        rows = sight.facts_of(unit.connection, sorted(case_ids))
        return {one for row in rows if (one := _last_reporter(known[row.jurisdiction], row)) is not None}

    def is_brought(self, unit: Unit, row: Row[Any]) -> bool:
        """Say whether an item fell to its unit for bringing the case; ``row`` has its procedure and release."""
        return self._model(unit, row).tasks[row.element].role in BROUGHT_BY

    def _directories_of(self, unit: Unit, rows: Sequence[Row[Any]]) -> dict[str, Directory]:
        return {code: self._directories.of(unit.connection, code) for code in {row.jurisdiction for row in rows}}

    def _reporters(
        self, unit: Unit, directory: Directory, row: Row[Any], starts: Sequence[Row[Any]]
    ) -> tuple[set[int], set[str]]:
        """Return the units that reported the case, police apart, and the codes of what they do as reporters."""
        models = [self._model(unit, one) for one in starts]
        last = _last_reporter(directory, row)
        started = {one.started_by_unit_id for one, model in zip(starts, models, strict=True) if _reports(model)}
        found = {one for one in (*started, last) if one is not None}
        codes = {task.code for model in models for task in model.tasks.values() if _as_reporter(model, task)}
        return {one for one in found if not _is_police(directory, one)}, codes

    def _model(self, unit: Unit, row: Row[Any]) -> ProcedureModel:
        return self._releases.by_id(unit.connection, row.release_id).procedures[row.procedure].model


def discretion(
    acting: Acting,
    *,
    reporters: Collection[int],
    agencies: Collection[int] = (),
    report_codes: Iterable[str] = (),
    own_procedures: Collection[str],
    only_brought: bool = False,
) -> Discretion:
    """Return what is kept from the person.

    ``own_procedures``: where their units have or had an item; ``only_brought``: all of these fell to them
    because they brought the case, by reporting it or by an application.
    """
    roles = frozenset().union(*(unit.roles for unit in acting.units))
    outside = only_brought and not roles & (POLICE | LEADS)
    narrow = outside or (bool(roles) and roles <= COURTS)
    hidden = frozenset() if roles & POLICE else frozenset(reporters).difference(acting.unit_ids)
    return Discretion(
        reporters=hidden,
        agencies=frozenset(agencies) & hidden,
        report_codes=frozenset(report_codes),
        procedures=frozenset(own_procedures) if narrow else None,
        answers_of=frozenset(acting.unit_ids) if outside else None,
    )


def may_be_narrow(acting: Acting) -> bool:
    """Say whether the person may have cases that are not shown whole; it saves asking for each of a list."""
    return not any(unit.roles & (POLICE | LEADS) for unit in acting.units)


def may_be_told_less(acting: Acting) -> bool:
    """Say whether the person may not know every reporter."""
    return not any(unit.roles & POLICE for unit in acting.units)


def acts_named(kept: Discretion, acts: Sequence[str | None], *, said: bool) -> bool:
    """Say whether a reporter is named for what was recorded together: its own acts, or something it said."""
    own = [code for code in acts if code]
    return all(code not in kept.report_codes for code in own) if own else said


def _last_reporter(directory: Directory, row: Row[Any]) -> int | None:
    """Return the unit that reported a case last; ``row`` is one of :func:`sight.facts_of`."""
    named = directory.unit(str(json.loads(row.facts).get(REPORTER_UNIT) or ""))
    return named.id if named else None


def _of(acting: Acting, parts: Sequence[Row[Any]]) -> list[Row[Any]]:
    return [one for one in parts if one.unit_id in acting.unit_ids]


def _reports(model: ProcedureModel) -> bool:
    """Say whether a procedure takes reports: one of its tasks notes who the reporter is."""
    return any(one.name == REPORTER_UNIT for task in model.tasks.values() for one in task.sets)


def _as_reporter(model: ProcedureModel, task: TaskModel) -> bool:
    return task.role == "@reporter" or (task.role == "@starter" and _reports(model))


def _is_police(directory: Directory, unit_id: int) -> bool:
    unit = directory.unit_by_id(unit_id)
    return unit is not None and bool(POLICE.intersection(unit.roles))

"""What a person who may read a case is still not told: who reported it, other courts' business, others' answers.

Finding is not reading: whoever reports a child has a part in the case from then on, and would otherwise
come to the whole file of any child by reporting it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
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
        row = next(iter(sight.facts_of(unit.connection, [case_id])), None)
        if row is None:
            return Discretion(procedures=frozenset(), answers_of=frozenset())
        reporters, codes = self._reporters(unit, row)
        parts = sight.parts_in(unit.connection, case_id, sorted({*acting.unit_ids, *reporters}))
        mine = [one for one in parts if one.unit_id in acting.unit_ids]
        return discretion(
            acting,
            reporters=reporters,
            agencies={one.unit_id for one in parts if not self._is_brought(unit, one)},
            report_codes=codes,
            own_procedures={one.procedure for one in mine},
            only_brought=bool(mine)
            and all(self._is_brought(unit, one) for one in mine)
            and not sight.is_told(unit.connection, case_id, acting.unit_ids),
        )

    def reporter_of(self, unit: Unit, row: Row[Any]) -> int | None:
        """Return the unit that reported a case last; ``row`` is one of :func:`sight.facts_of`."""
        directory = self._directories.of(unit.connection, row.jurisdiction)
        named = directory.unit(str(json.loads(row.facts).get(REPORTER_UNIT) or ""))
        return named.id if named else None

    def is_brought(self, unit: Unit, jurisdiction: str, row: Row[Any]) -> bool:
        """Say whether an item fell to its unit for bringing the case, as the release in force has it."""
        known = self._releases.in_force(unit.connection, jurisdiction, unit.now).procedures.get(row.procedure)
        task = known.model.tasks.get(row.element) if known else None
        return task is not None and task.role in BROUGHT_BY

    def _reporters(self, unit: Unit, row: Row[Any]) -> tuple[set[int], set[str]]:
        """Return the units that reported the case, police apart, and the codes of what they do as reporters."""
        directory = self._directories.of(unit.connection, row.jurisdiction)
        starts = sight.starts_of(unit.connection, row.id)
        models = [self._model(unit, one) for one in starts]
        last = self.reporter_of(unit, row)
        started = {one.started_by_unit_id for one, model in zip(starts, models, strict=True) if _reports(model)}
        found = {one for one in (*started, last) if one is not None}
        codes = {task.code for model in models for task in model.tasks.values() if _as_reporter(model, task)}
        return {one for one in found if not _is_police(directory, one)}, codes

    def _model(self, unit: Unit, row: Row[Any]) -> ProcedureModel:
        return self._releases.by_id(unit.connection, row.release_id).procedures[row.procedure].model

    def _is_brought(self, unit: Unit, row: Row[Any]) -> bool:
        return self._model(unit, row).tasks[row.element].role in BROUGHT_BY


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


def _reports(model: ProcedureModel) -> bool:
    """Say whether a procedure takes reports: one of its tasks notes who the reporter is."""
    return any(one.name == REPORTER_UNIT for task in model.tasks.values() for one in task.sets)


def _as_reporter(model: ProcedureModel, task: TaskModel) -> bool:
    return task.role == "@reporter" or (task.role == "@starter" and _reports(model))


def _is_police(directory: Directory, unit_id: int) -> bool:
    unit = directory.unit_by_id(unit_id)
    return unit is not None and bool(POLICE.intersection(unit.roles))

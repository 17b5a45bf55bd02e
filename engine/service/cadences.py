"""Cycles that begin by the clock: planned once a period for each unit or child, and begun each in its own unit of work.

Whatever restarts and however many clocks run, a cadence begins once for a subject in a period. The lock of the
occurrence is always taken before that of the case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row

from engine import feel
from engine.bpmn.directory import CHILD, Cadence
from engine.bpmn.release import Release
from engine.core import values
from engine.core.cadences import next_dawn, opening, period_named
from engine.core.civil import day_of
from engine.core.model import system
from engine.service import stepping
from engine.service.cycles import begin, under_way
from engine.service.directory import Directories
from engine.service.opening import case_of_area, case_of_child
from engine.service.releases import Releases
from engine.service.running import By, RunningCase
from engine.service.unit import Database, Unit
from engine.store import cadences as rows
from engine.store import casework

log = structlog.get_logger()

CLOCK = system("clock")
#: A cycle that could not begin is tried again after this.
AGAIN = timedelta(hours=1)


class Cadences:
    """What the clock does once a period; one object a process."""

    def __init__(self, database: Database, releases: Releases, directories: Directories) -> None:
        self._database = database
        self._releases = releases
        self._directories = directories

    def run(self) -> int:
        """Plan the period under way and begin what is due; return how many cycles began or were passed over."""
        self.plan()
        return self.begin_due()

    def plan(self, areas: Mapping[str, Sequence[str]] | None = None) -> None:
        """Plan the period under way for every unit and child that has not been planned for, those that are new too.

        ``areas``: by jurisdiction; for the units of these areas alone.
        """
        with self._database.unit(CLOCK) as unit:
            for jurisdiction in areas or rows.jurisdictions(unit.connection, unit.now):
                release = self._releases.in_force(unit.connection, jurisdiction, unit.now)
                for cadence in release.cadences:
                    self._plan(unit, release, cadence, areas[jurisdiction] if areas else None)

    def _plan(self, unit: Unit, release: Release, cadence: Cadence, areas: Sequence[str] | None) -> None:
        period = under_way(release, cadence, unit)
        opens = opening(period, cadence.month, self._directories.almanac.now(unit.connection))
        if day_of(opens) > day_of(unit.now):
            return
        key: dict[str, Any] = {
            "jurisdiction": release.jurisdiction,
            "cadence": cadence.key,
            "period": period.key,
            "opens": opens,
        }
        if cadence.each == CHILD:
            rows.plan_children(unit.connection, **key)
        else:
            rows.plan_units(unit.connection, each=cadence.each, areas=areas, **key)

    def next_due(self, jurisdiction: str) -> datetime | None:
        """Return when the next cycle begins of those planned, or a day dawns on which more are to be planned."""
        with self._database.unit(CLOCK) as unit:
            release = self._releases.in_force(unit.connection, jurisdiction, unit.now)
            worked = self._directories.almanac.now(unit.connection)
            dawns = [next_dawn(release.months_of(one), one.month, unit.now, worked) for one in release.cadences]
            planned = rows.next_due(unit.connection)
        return min([*dawns, *([planned] if planned else [])], default=None)

    def begin_due(self) -> int:
        """Begin what is due, each in its own transaction; what fails is put off and stops no other."""
        begun = 0
        while self._begin_one() is not None:
            begun += 1
        return begun

    def _begin_one(self) -> int | None:
        occurrence_id: int | None = None
        try:
            with self._database.unit(CLOCK) as unit:
                found = rows.take_due(unit.connection, unit.now)
                if found is not None:
                    occurrence_id = found.id
                    self._begin(unit, found)
        except Exception:
            if occurrence_id is None:
                raise
            log.exception("cycle_failed", occurrence=occurrence_id)
            with self._database.unit(CLOCK) as unit:
                rows.put_off(unit.connection, occurrence_id, until=unit.now + AGAIN)
        return occurrence_id

    def _begin(self, unit: Unit, found: Row[Any]) -> None:
        release = self._releases.in_force(unit.connection, found.jurisdiction, unit.now)
        cadence = next((one for one in release.cadences if one.key == found.cadence), None)
        period = period_named(found.period)
        if cadence is None or day_of(unit.now) > period.last or not self._applies(unit, release, cadence, found):
            rows.skip(unit.connection, found.id, at=unit.now)
            return
        case = self._case(unit, found)
        if case is None:
            rows.skip(unit.connection, found.id, at=unit.now)
            return
        live = begin(case, cadence, period, unit_id=found.unit_id)
        stepping.settle(case)
        rows.begin(unit.connection, found.id, at=unit.now, instance_id=live.id)

    def _case(self, unit: Unit, found: Row[Any]) -> RunningCase | None:
        by, place = By(unit_id=None, role=None), (unit, self._releases, self._directories, found.jurisdiction)
        if found.child_id is not None:
            return case_of_child(*place, found.child_id, by)
        directory = self._directories.of(unit.connection, found.jurisdiction)
        holder = directory.unit_by_id(found.unit_id)
        if holder is None:
            return None
        case = case_of_area(*place, directory.areas[holder.area], by)
        case.let_read([holder.id], "item")
        return case

    def _applies(self, unit: Unit, release: Release, cadence: Cadence, found: Row[Any]) -> bool:
        """Say whether the cadence's condition holds of what is known in the child's cases."""
        if not cadence.when or found.child_id is None:
            return True
        facts: dict[str, Any] = {}
        for row in casework.facts_of_child(unit.connection, found.child_id):
            facts |= values.from_json(json.loads(row))
        names = frozenset({"case", *release.names})
        return feel.compile(cadence.when, names).evaluate({**release.parameters, "case": facts}) is True

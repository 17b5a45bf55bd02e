"""Cycles of a period within a unit of work: begun by the clock or by hand, each once for its subject."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.directory import CHILD, Cadence
from engine.bpmn.memory import PERIOD, PERIOD_END, PERIOD_START
from engine.bpmn.release import Release
from engine.core.cadences import Period, opening, period_of
from engine.core.civil import day_of
from engine.core.errors import Refused
from engine.core.model import ActingUnit
from engine.service import stepping
from engine.service.directory import Directories
from engine.service.opening import case_of_area
from engine.service.releases import Releases
from engine.service.running import By, Live, RunningCase
from engine.service.starting import Started, started
from engine.service.unit import Unit
from engine.store import cadences as rows


def under_way(release: Release, cadence: Cadence, unit: Unit) -> Period:
    """Return the period of a cadence in which the unit of work lies."""
    return period_of(release.months_of(cadence), day_of(unit.now))


def begin(case: RunningCase, cadence: Cadence, period: Period, *, unit_id: int | None, role: str | None = None) -> Live:
    """Start the cycle of a period in a case: always an instance of its own, beside those of other periods."""
    key = next(key for key, one in case.release.procedures.items() if one.model.door(cadence.message))
    case.note("cycle_begun", cadence=cadence.key, period=period.key, procedure=key)
    return stepping.start(
        case,
        case.release,
        key,
        door=cadence.message,
        started_by=role,
        unit_id=unit_id,
        fields={PERIOD: period.label, PERIOD_START: period.first, PERIOD_END: period.last},
    )


def of_procedure(release: Release, procedure: str) -> list[Cadence]:
    """Return the cadences that begin a procedure, in the order of the file."""
    known = release.procedures.get(procedure)
    return [one for one in release.cadences if known is not None and known.model.door(one.message)]


def hold_for_child(
    unit: Unit, directories: Directories, release: Release, procedure: str, child_id: int
) -> tuple[int, ...]:
    """Lock what a start by hand takes from the clock: the occurrences of this period for the child."""
    wanted = [one for one in of_procedure(release, procedure) if one.each == CHILD]
    return tuple(
        hold.occurrence_id for one in wanted if (hold := _hold(unit, directories, release, one, child_id=child_id))
    )


def start_by_hand(
    unit: Unit,
    releases: Releases,
    directories: Directories,
    release: Release,
    procedure: str,
    by: ActingUnit,
) -> Started:
    """Start the cycle of this period for the acting unit's area, or attach to the one that runs.

    Raises:
        Refused: no cycle of the procedure is theirs, or that of this period is done.
    """
    cadence = next((one for one in of_procedure(release, procedure) if one.each in by.roles), None)
    if cadence is None:
        raise Refused("本单位没有这项按期办理的工作，不能启动")
    held = _hold(unit, directories, release, cadence, unit_id=by.id)
    at = By(unit_id=by.id, role=cadence.each)
    directory = directories.of(unit.connection, by.jurisdiction)
    home = directory.unit_by_id(by.id)
    if home is None:
        raise Refused("本单位不在单位目录中，请管理员核对")
    case = case_of_area(unit, releases, directories, by.jurisdiction, directory.areas[home.area], at)
    case.let_read([by.id], "item")
    attached = held.instance_id is not None
    if held.instance_id is None:
        live = begin(case, cadence, held.period, unit_id=by.id, role=cadence.each)
        rows.begin(unit.connection, held.occurrence_id, at=unit.now, instance_id=live.id)
    elif held.instance_id in case.instances:
        live = case.instances[held.instance_id]
        case.note("start_attached", instance=live.id, procedure=procedure)
    else:
        raise Refused(f"{held.period.label}的这项工作已经办结，下一期由系统到期启动")
    stepping.settle(case)
    return started(case, live, attached=attached)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """An occurrence that this unit of work has locked; ``instance_id`` where its cycle has begun before."""

    occurrence_id: int
    period: Period
    instance_id: int | None


def _hold(
    unit: Unit,
    directories: Directories,
    release: Release,
    cadence: Cadence,
    *,
    unit_id: int | None = None,
    child_id: int | None = None,
) -> _Held:
    period = under_way(release, cadence, unit)
    row = rows.hold(
        unit.connection,
        jurisdiction=release.jurisdiction,
        cadence=cadence.key,
        period=period.key,
        due_at=opening(period, cadence.month, directories.almanac.now(unit.connection)),
        unit_id=unit_id,
        child_id=child_id,
    )
    return _Held(occurrence_id=row.id, period=period, instance_id=row.instance_id)

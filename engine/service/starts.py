"""What a person may start by hand: for a child on file, for one who is not, and this period's work of the own area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.bpmn.model import Door
from engine.bpmn.release import Release
from engine.core.errors import NotFound, Refused
from engine.core.model import Acting, ActingUnit
from engine.service import childsight, cycles, firstfields, refusals
from engine.service.discretion import Discretions
from engine.service.filechanges import NO_FILE
from engine.service.forms import Form, form_of
from engine.service.inboxrows import child_line
from engine.service.reasons import clauses_in_words
from engine.service.releases import Releases
from engine.service.starting import Started, each_is_its_own
from engine.service.unit import Database, Unit
from engine.store import cadences as occurrences
from engine.store import inbox as items
from engine.store import views

CHILD_BLOCK, NAME = "B-CHILD", "child_name"
#: What is asked to open a file by hand, and whether it must be known.
OF_A_NEW_CHILD: Mapping[str, bool] = {
    NAME: True,
    "sex": True,
    "birth_date": True,
    "birth_estimated": False,
    "residence": True,
    "id_no": False,
    "school": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A procedure that a unit may start for a child; ``case_id`` where it runs already and the case may be read.

    ``reports``: each start is a report, which has a page of its own.
    """

    unit_key: str
    unit_name: str
    procedure: str
    name: str
    purpose: str
    clause: str
    form: Form
    reports: bool
    case_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleOffer:
    """The cycle of the period under way for a unit's area; ``state``: open, running or done."""

    unit_key: str
    unit_name: str
    procedure: str
    name: str
    purpose: str
    period: str
    clause: str
    state: str
    case_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildStarts:
    """What may be started for a child on file."""

    child_id: int
    code: str
    line: str
    jurisdiction: str
    offers: Sequence[Offer]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewChildStarts:
    """What may be started for a child who has no file yet, and what is asked to open one."""

    jurisdiction: str
    form: Form
    offers: Sequence[Offer] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """What a start has come to, as far as the person may read it."""

    name: str
    attached: bool
    case_id: int | None
    case_number: str
    item_id: int | None
    item_name: str
    unit_name: str
    due_at: datetime | None


class Starts:
    """Reads of what may be started; the verbs are ``Casework.start`` and ``Casework.start_cycle``."""

    def __init__(self, database: Database, releases: Releases, discretions: Discretions) -> None:
        self._database = database
        self._releases = releases
        self._discretions = discretions

    def for_child(self, acting: Acting, child_id: int) -> ChildStarts:
        """Return what may be started for a child, and record that the file was looked at.

        Raises:
            NotFound: no such file, or nothing of it that the person may read. Refused: it was joined to another.
        """
        with self._database.unit(acting) as unit:
            sight = childsight.of_child(unit, self._discretions, acting, child_id)
            if sight is None:
                raise NotFound(NO_FILE)
            if sight.row.merged_into is not None:
                raise Refused("这份档案已并入另一份，请打开并入的档案发起")
            childsight.note_read(unit, acting, sight)
            running = self._running(unit, acting, sight)
            mine = [one for one in acting.units if one.jurisdiction == sight.row.jurisdiction]
            offers = self._offers(unit, mine)
            return ChildStarts(
                child_id=child_id,
                code=sight.row.code,
                line=child_line(sight.known, unit.now),
                jurisdiction=sight.row.jurisdiction,
                offers=[one if one.reports else replace(one, case_id=running.get(one.procedure)) for one in offers],
            )

    def for_new_child(self, acting: Acting, jurisdiction: str = "") -> NewChildStarts:
        """Return what may be started in one of the person's jurisdictions for a child who has no file.

        Raises:
            NotFound: the person acts for no unit there.
        """
        mine = [one for one in acting.units if jurisdiction in ("", one.jurisdiction)]
        if not mine:
            raise NotFound("您没有以该地区单位名义办理的权限")
        here = mine[0].jurisdiction
        with self._database.unit(acting) as unit:
            release = self._releases.in_force(unit.connection, here, unit.now)
            offers = self._offers(unit, [one for one in mine if one.jurisdiction == here])
            return NewChildStarts(
                jurisdiction=here, form=_new_child(release), offers=[one for one in offers if not one.reports]
            )

    def cycles(self, acting: Acting) -> list[CycleOffer]:
        """Return this period's work of the areas of the person's units."""
        with self._database.unit(acting) as unit:
            return [one for mine in acting.units for one in self._cycles(unit, mine)]

    def begun(self, acting: Acting, started: Started) -> Begun:
        """Return what a start has come to: the newest item of it that is the person's, else the newest one."""
        with self._database.unit(acting) as unit:
            case = views.case_row(unit.connection, started.case_id)
            rows = [
                row
                for row in items.rows_of_case(unit.connection, started.case_id)
                if row.instance_id == started.instance_id
            ]
            mine = [row for row in rows if row.unit_id in acting.unit_ids]
            item = max(mine or rows, key=lambda row: row.id, default=None)
            return Begun(
                name=started.name,
                attached=started.attached,
                case_id=case.id if case else None,
                case_number=case.number if case else "",
                item_id=item.id if item is not None and mine else None,
                item_name=item.name if item is not None and (mine or not started.attached) else "",
                unit_name=item.unit_name if item is not None else "",
                due_at=item.due_at if item is not None else None,
            )

    def _offers(self, unit: Unit, units: Sequence[ActingUnit]) -> list[Offer]:
        return [offer for one in units for offer in self._of_unit(unit, one)]

    def _of_unit(self, unit: Unit, mine: ActingUnit) -> list[Offer]:
        release = self._releases.in_force(unit.connection, mine.jurisdiction, unit.now)
        found = []
        for key in sorted(release.procedures):
            try:
                refusals.starter_role(release, key, mine.roles)
            except Refused:
                continue
            model = release.procedures[key].model
            door = model.door(None)
            if door is not None:
                found.append(
                    Offer(
                        unit_key=mine.key,
                        unit_name=mine.name,
                        procedure=key,
                        name=model.name,
                        purpose=door.name,
                        clause=_clause(release, key, door),
                        form=firstfields.form(self._releases, release, model),
                        reports=each_is_its_own(release, key),
                    )
                )
        return found

    def _running(self, unit: Unit, acting: Acting, sight: childsight.Sight) -> dict[str, int]:
        """Return the procedures that the person may know to run for the child, with the case of each."""
        found = {}
        for case in (one for one in sight.cases if one.state == "open"):
            kept = self._discretions.of(unit, acting, case.id)
            for one in views.instances_of(unit.connection, case.id):
                if one.ended_at is None and kept.shows(one.procedure):
                    found[one.procedure] = case.id
        return found

    def _cycles(self, unit: Unit, mine: ActingUnit) -> list[CycleOffer]:
        release = self._releases.in_force(unit.connection, mine.jurisdiction, unit.now)
        found = []
        for key, compiled in sorted(release.procedures.items()):
            cadence = next((one for one in cycles.of_procedure(release, key) if one.each in mine.roles), None)
            if cadence is None:
                continue
            period = cycles.under_way(release, cadence, unit)
            with unit.acting_as("engine"):
                begun = occurrences.cycle_of(unit.connection, unit_id=mine.id, cadence=cadence.key, period=period.key)
            door = compiled.model.door(cadence.message)
            found.append(
                CycleOffer(
                    unit_key=mine.key,
                    unit_name=mine.name,
                    procedure=key,
                    name=compiled.model.name,
                    purpose=door.name if door else "",
                    period=period.label,
                    clause=clauses_in_words(release, cadence.clauses),
                    state="open" if begun is None else "running" if begun.ended_at is None else "done",
                    case_id=begun.case_id if begun is not None else None,
                )
            )
        return found


def _clause(release: Release, procedure: str, door: Door) -> str:
    """Return what the start stands on; where the start itself says nothing, what the first tasks stand on."""
    model = release.procedures[procedure].model
    own = model.nodes[door.element].clauses
    return clauses_in_words(release, own or [one for task in firstfields.first_tasks(model) for one in task.clauses])


def _new_child(release: Release) -> Form:
    block = release.blocks.get(CHILD_BLOCK, {}).get("properties", {})
    asked = {key: dict(block[key]) for key in OF_A_NEW_CHILD if key in block}
    if NAME in asked:
        # A report may leave the name out, and the hint says so; whoever opens a file knows it.
        asked[NAME]["x-ui"] = {key: one for key, one in asked[NAME]["x-ui"].items() if key != "hint"}
    required = [key for key in asked if OF_A_NEW_CHILD[key]]
    return form_of(CHILD_BLOCK, {"title": "儿童信息", "properties": asked, "required": required}, release.names)

"""Work items of a running case: opened at the right unit, limited, moved and closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from engine.bpmn.model import TaskModel
from engine.core.errors import Invalid
from engine.core.routing import Candidate, NoUnit, Place, route, to_unit
from engine.service import duetimes, timers
from engine.service.duetimes import iso
from engine.service.running import Live, OpenItem, RunningCase
from engine.service.telling import open_incident, tell_unit
from engine.service.terms import Limit
from engine.store import casework as rows
from engine.store import tables

#: The process property that says which area routes a procedure's tasks, and its values.
ROUTED_BY = "area"
BY_REPORTER, BY_PLACE = "reporter", "place"

#: The fact that names the unit to which tasks routed by place go, where the place does not decide.
DISPATCH_UNIT = "dispatch_unit"

#: The fact that names the unit which accepted the report: it dispatches while no place is known.
ACCEPTING_UNIT = "accepting_unit"

#: The fact that names the unit which sent the report.
REPORTER_UNIT = "reporter_unit"

#: Who stands in where a role has no unit, until somebody has mended the directory.
STAND_IN = "civil_affairs"


def place_of(case: RunningCase, live: Live, task: TaskModel | None = None) -> Place:
    """Return what decides the units of this instance's tasks (architecture D10a)."""
    starter = case.directory.unit_by_id(live.started_by_unit_id)
    routed_by = _property(live, task, ROUTED_BY)
    residence = case.child_area or case.place_area
    home = starter.area if starter else None
    override = dict(live.overrides)
    area = residence or home
    if routed_by == BY_REPORTER:
        area = home or case.place_area or residence
    elif routed_by == BY_PLACE:
        area = case.place_area or home or residence
        key = case.facts.get(DISPATCH_UNIT) or (None if case.place_area else case.facts.get(ACCEPTING_UNIT))
        named = case.directory.unit(str(key or ""))
        if named is not None:
            override = {**dict.fromkeys(named.roles, named.key), **override}
    context = case.position(live).context
    return Place(
        area=area,
        fallback=case.place_area or residence or home,
        named={
            **{key: value for key, value in context.items() if isinstance(value, str)},
            "starter": starter.key if starter else None,
            "reporter": case.facts.get(REPORTER_UNIT),
        },
        override=override,
    )


def _property(live: Live, task: TaskModel | None, name: str) -> str | None:
    properties = live.procedure.model.properties
    own = properties.get(task.element, {}).get(name) if task else None
    return own or properties.get(live.procedure.model.key, {}).get(name)


def open_items(case: RunningCase, live: Live, token: UUID, element: str) -> None:
    """Open the items that a task asks for, each at its unit, with its limit and reminders."""
    task = live.procedure.model.tasks[element]
    terms = case.terms(live)
    limit = terms.limit(task, case.now)
    watches = terms.watches(task, case.now)
    for candidates in _groups(case, live, task, terms.units(task)):
        item = _insert(case, live, task, token, candidates, limit)
        case.items[item.id] = item
        duetimes.arm(case, item, watches)


def _groups(case: RunningCase, live: Live, task: TaskModel, each: Iterable[str]) -> Iterable[tuple[Candidate, ...]]:
    units = tuple(each)
    try:
        if units:
            return [to_unit(case.directory, key) for key in units]
        place = place_of(case, live, task)
        return [route(case.directory, live.release.expand(part), place) for part in task.role.split("+")]
    except NoUnit as missing:
        sentence = f"“{task.name}”没有可办理的单位（{missing.role}），请管理员补全单位目录后改派"
        open_incident(case, live, "no_unit", sentence)
        return [route(case.directory, [STAND_IN], place_of(case, live))]


def _insert(
    case: RunningCase,
    live: Live,
    task: TaskModel,
    token: UUID,
    candidates: tuple[Candidate, ...],
    limit: Limit | None,
) -> OpenItem:
    first = candidates[0]
    unit_ids = tuple(one.unit.id for one in candidates)
    values: dict[str, Any] = {
        "instance_id": live.id,
        "token": token,
        "element": task.element,
        "code": task.code,
        "name": task.name,
        "role": first.role,
        "unit_id": first.unit.id,
        "state": "open",
        "person_id": None,
        "opened_at": case.now,
        "due_at": limit.due if limit else None,
        "limit_name": limit.name if limit else None,
        "provisional": limit.provisional if limit else False,
        "risk": risk_of(case),
    }
    item_id = rows.add(
        case.unit.connection,
        tables.work_item,
        case_id=case.id,
        procedure=live.key,
        jurisdiction=case.row.jurisdiction,
        limit_start=limit.start if limit else None,
        source_unit_id=case.by.unit_id,
        **values,
    )
    case.unit.pending.add(
        tables.work_item_unit,
        [{"work_item_id": item_id, "unit_id": one.unit.id, "role": one.role} for one in candidates],
    )
    case.let_read(unit_ids, "item")
    case.note(
        "item_opened",
        item=item_id,
        code=task.code,
        name=task.name,
        unit=first.unit.key,
        role=first.role,
        due=iso(values["due_at"]),
        limit=values["limit_name"],
        clauses=list(task.clauses),
        **({"provisional": True} if values["provisional"] else {}),
    )
    return OpenItem(id=item_id, stage=0, version=1, candidates=unit_ids, **values)


def risk_of(case: RunningCase) -> int:
    """Return how much danger the child is in, as the latest task that rates it has said: 0 unknown, 1, 2, 3."""
    told = {key: case.facts.get(key) for key in case.release.risks}
    rated = [case.release.risks[key].get(_said(value), 0) for key, value in told.items() if value is not None]
    return rated[-1] if rated else 0


def _said(value: Any) -> str:
    """Return an answer as a form writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def rate(case: RunningCase) -> None:
    """Let the items under way say how much danger the child is in now."""
    risk = risk_of(case)
    for item in (one for one in case.items.values() if one.risk != risk):
        case.unit.pending.change(tables.work_item, item.id, risk=risk)
        item.risk = risk


def cancel(case: RunningCase, item: OpenItem) -> None:
    """Close an item that the procedure no longer waits for."""
    case.unit.pending.change(
        tables.work_item,
        item.id,
        state="cancelled",
        person_id=item.person_id,
        done_at=case.now,
        version=item.version + 1,
    )
    timers.drop(case, timers.of_item(case, item))
    del case.items[item.id]
    case.note("item_cancelled", item=item.id, code=item.code)


def move(case: RunningCase, procedure: str, role: str, unit_key: str) -> None:
    """Move the open and later tasks that a procedure of this case has for a role to another unit."""
    unit = case.directory.unit(unit_key)
    if unit is None:
        return
    case.learn({DISPATCH_UNIT: unit_key})
    for live in case.live_of(procedure):
        live.overrides = {**live.overrides, **dict.fromkeys(unit.roles, unit_key)}
        case.stepped.add(live.id)
    for item in list(case.items.values()):
        live = case.instances[item.instance_id]
        if live.key == procedure and item.role == role and item.unit_id != unit.id:
            _move_item(case, live, item, Candidate(unit=unit, role=role))


def move_all(case: RunningCase, roles: Sequence[str], unit_key: str) -> None:
    """Move what is open and what comes, in every procedure of the case, for these roles to a unit.

    Raises:
        Invalid: there is no such unit here, or it holds none of the roles.
    """
    unit = case.directory.unit(unit_key)
    held = [role for role in roles if unit is not None and unit.holds(role)]
    if not held:
        raise Invalid({"target": "请选择能够办理这些事项的接收单位"})
    for procedure in sorted({live.key for live in case.instances.values() if not live.ended}):
        for role in held:
            move(case, procedure, role, unit_key)


def _move_item(case: RunningCase, live: Live, item: OpenItem, to: Candidate) -> None:
    before = case.directory.unit_by_id(item.unit_id)
    task = live.procedure.model.tasks[item.element]
    item.unit_id, item.candidates = to.unit.id, (to.unit.id,)
    item.state, item.person_id = "open", None
    item.version += 1
    values: dict[str, Any] = {"unit_id": to.unit.id, "state": "open", "person_id": None, "version": item.version}
    if task.restart_on_move:
        item.opened_at = case.now
        values["opened_at"] = case.now
    case.unit.pending.change(tables.work_item, item.id, **values)
    case.unit.flush()
    rows.replace_candidates(case.unit.connection, item.id, [(to.unit.id, to.role)])
    case.let_read([to.unit.id], "item")
    case.note(
        "item_moved",
        item=item.id,
        code=item.code,
        before=before.key if before else None,
        unit=to.unit.key,
        opened_at=item.opened_at.isoformat(),
    )
    if task.restart_on_move:
        duetimes.set_due(case, item, case.terms(live).limit(task, item.opened_at, item.changes))
    tell_unit(case, to.unit, about=item.code, kind="moved", sentence=f"“{item.name}”移送到本单位办理", item_id=item.id)

"""What a case tells: notices to units, documents as records, incidents for those who keep it running."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.directory import FAMILY
from engine.bpmn.model import TaskModel
from engine.core.deadlines import SHANGHAI, day_of
from engine.core.routing import Unit
from engine.service.running import Live, OpenItem, RunningCase
from engine.service.terms import Terms
from engine.store import casework as rows
from engine.store import tables

#: What a notice says; kinds are in the journal and on the pages.
REMINDER = "“{name}”的时限已用去八成，请在 {due} 前办结"
OVERDUE = "“{name}”已超期，应于 {due} 前办结，请督促办理"
SUPERIOR = "“{name}”超期已达时限一倍，应于 {due} 前办结，请督办"
#: The rungs of a ladder at which a limit has passed, and from which those above hear of it.
PASSED, TWICE = 2, 3
#: The kind of a notice that a unit is to hand on to the child's family.
RELAYED = "relayed"
WATCHED = "“{name}”尚未办理，{limit}已到"


def tell_unit(
    case: RunningCase, unit: Unit, *, about: str, kind: str, sentence: str, item_id: int | None = None
) -> None:
    """Put a notice before a unit, which may read the case from now on."""
    told = {
        "case_id": case.id,
        "unit_id": unit.id,
        "about": about,
        "kind": kind,
        "sentence": sentence,
        "at": case.now,
        "work_item_id": item_id,
    }
    case.unit.pending.add(tables.notice, [told])
    case.let_read([unit.id], "notice")
    case.note("notice_sent", unit=unit.key, about=about, notice=kind)


def tell_roles(case: RunningCase, live: Live, task: TaskModel, terms: Terms, item_id: int) -> None:
    """Tell those whom the task names once it is done; the child's residence finds the unit."""
    named = terms.that_hold(task.notify)
    for unit in _told(case, live, named, f"“{task.name}”办结后"):
        tell_unit(case, unit, about=task.code, kind="told", sentence=f"“{task.name}”已办结，请知悉", item_id=item_id)
    dealing = case.directory.unit_by_id(case.by.unit_id)
    for role in (one for one in named if _is_family(case, one)):
        if dealing is not None:
            sentence = f"“{task.name}”已办结，请告知{case.release.role_name(role)}"
            tell_unit(case, dealing, about=task.code, kind=RELAYED, sentence=sentence, item_id=item_id)


def tell_of_events(case: RunningCase, live: Live, passed: Iterable[str]) -> None:
    """Tell those whom the events of the diagram name that a token has just passed."""
    telling = [node for node in map(live.procedure.model.nodes.get, passed) if node is not None and node.notify]
    for node in telling:
        for unit in _told(case, live, case.terms(live).that_hold(node.notify), f"“{node.name}”时"):
            tell_unit(case, unit, about=live.key, kind="told", sentence=f"“{node.name}”，请知悉")


def _told(case: RunningCase, live: Live, roles: Iterable[str], when: str) -> Iterator[Unit]:
    """Yield the units of these roles nearest to the child; one that is missing is an incident.

    The family has no unit: the one that deals with it tells them.
    """
    area = case.child_area or case.place_area
    for role in roles:
        unit = case.directory.nearest(role, area)
        if unit is not None:
            yield unit
        elif not _is_family(case, role):
            sentence = f"{when}应通知的单位（{role}）不在单位目录中，请管理员补全"
            open_incident(case, live, "no_unit", sentence)


def _is_family(case: RunningCase, role: str) -> bool:
    known = case.release.roles.get(role)
    return known is not None and known.kind == FAMILY


def make_documents(case: RunningCase, live: Live, task: TaskModel, terms: Terms, item: OpenItem) -> None:
    """Record the documents that exist once the task is done: 代字〔年份〕序号 of the unit that did it."""
    _record(case, live, task, terms.that_hold(task.documents), item)


def _record(case: RunningCase, live: Live, task: TaskModel, names: Iterable[str], item: OpenItem) -> None:
    year = day_of(case.now).year
    maker = case.directory.unit_by_id(case.by.unit_id or item.unit_id)
    name_of_maker = maker.name if maker else case.release.name
    mark = case.release.marks.get(maker.key if maker else "", name_of_maker)
    for name in names:
        document_id = rows.add_numbered_document(
            case.unit.connection,
            counter_name=f"文号:{mark}",
            year=year,
            before=f"{mark}〔{year}〕",
            after="号",
            case_id=case.id,
            instance_id=live.id,
            work_item_id=item.id,
            name=name,
            at=case.now,
        )
        case.note("document_made", document=document_id, name=name, code=task.code)


def tell_of_rung(case: RunningCase, item: OpenItem, stage: int, due: datetime) -> None:
    """Write the notices of one rung of the ladder: to the unit, its head, or those above."""
    words = (REMINDER, OVERDUE, SUPERIOR)[stage - 1]
    sentence = words.format(name=item.name, due=shown(due, at=case.now))
    kind = ("reminder", "overdue", "escalated")[stage - 1]
    unit = case.directory.unit_by_id(item.unit_id)
    if stage < TWICE:
        if unit is not None:
            tell_unit(case, unit, about=item.code, kind=kind, sentence=sentence, item_id=item.id)
        return
    area = unit.area if unit else case.child_area
    for role in superiors(case):
        above = case.directory.nearest(role, area)
        if above is not None and above != unit:
            tell_unit(case, above, about=item.code, kind=kind, sentence=sentence, item_id=item.id)


def tell_of_overdue(case: RunningCase, item: OpenItem, due: datetime) -> None:
    """Tell those whom the task names when its limit has passed, and record the documents of that."""
    live = case.instances[item.instance_id]
    task = live.procedure.model.tasks[item.element]
    if not (task.overdue_documents or task.overdue_notify):
        return
    terms = case.terms(live)
    _record(case, live, task, terms.that_hold(task.overdue_documents), item)
    sentence = OVERDUE.format(name=item.name, due=shown(due, at=case.now))
    for unit in _told(case, live, terms.that_hold(task.overdue_notify), f"“{task.name}”超期时"):
        if unit.id != item.unit_id:
            tell_unit(case, unit, about=item.code, kind="overdue", sentence=sentence, item_id=item.id)


def tell_of_limit(case: RunningCase, item: OpenItem, kind: str, sentence: str) -> None:
    """Tell an item's unit, and the next above it that hears of its limits, what became of the limit."""
    unit = case.directory.unit_by_id(item.unit_id)
    area = unit.area if unit else case.child_area
    found = (case.directory.nearest(role, area) for role in superiors(case))
    above = next((one for one in found if one is not None and one != unit), None)
    for told in (unit, above):
        if told is not None:
            tell_unit(case, told, about=item.code, kind=kind, sentence=sentence, item_id=item.id)


def superiors(case: RunningCase) -> list[str]:
    """Return the roles that hear of a limit passed twice: a parameter of the jurisdiction."""
    roles: Any = case.release.parameters.get("escalates_to") or ["civil_affairs", "superior"]
    return list(roles)


def tell_of_watch(case: RunningCase, item: OpenItem, limit: str) -> None:
    """Tell the unit that a limit watched beside its task has come."""
    unit = case.directory.unit_by_id(item.unit_id)
    if unit is not None:
        sentence = WATCHED.format(name=item.name, limit="须留意的时限")
        tell_unit(case, unit, about=item.code, kind="watch", sentence=sentence, item_id=item.id)
    case.note("timer_fired", name=limit, item=item.id)


def open_incident(case: RunningCase, live: Live | None, kind: str, sentence: str, detail: str = "") -> None:
    """Make it visible that something could not go on, and for whom to mend it."""
    incident_id = rows.add(
        case.unit.connection,
        tables.incident,
        case_id=case.id,
        instance_id=live.id if live else None,
        kind=kind,
        sentence=sentence,
        detail=detail,
        at=case.now,
    )
    case.note("incident_opened", incident=incident_id, incident_kind=kind)


def shown(moment: datetime, *, at: datetime | None = None) -> str:
    """Return an instant as officials write it; midnight is 24:00 of the day before.

    ``at`` is when it is read or told: a year that is another is said.
    """
    local = moment.astimezone(SHANGHAI)
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    day = local.date() - timedelta(days=midnight)
    year = "" if at is None or day.year == at.astimezone(SHANGHAI).year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 " + ("24:00" if midnight else f"{local:%H:%M}")

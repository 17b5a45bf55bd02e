"""Why an item is here: the five answers of 办理说明, from the model, the directory and the clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.bpmn.model import ProcedureModel, TaskModel
from engine.bpmn.release import Release
from engine.core.civil import DaysDuration, MonthsDuration
from engine.service.running import Live, RunningCase
from engine.service.telling import shown
from engine.store import casework as rows

#: Events in which a branch ends or is handed on.
_ENDINGS = {"endEvent", "intermediateThrowEvent"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Five answers; a newline parts an answer from what is said smaller below it."""

    me: str
    now: str
    until: str
    clause: str
    next: str


def why(case: RunningCase, live: Live | None, task: TaskModel, row: Row[Any]) -> Why:
    """Return why this item is with this unit, now, until when, by which clause, and what follows."""
    release = live.release if live else case.release
    model = release.procedures[row.procedure].model
    return Why(
        me=_me(case, release, row),
        now=_now(model, row),
        until=_until(release, task, row),
        clause=_clause(release, task),
        next="、".join(dict.fromkeys(_next(model, task.element))) or "本程序到此结束",
    )


def references(case: RunningCase, live: Live | None, task: TaskModel) -> Sequence[str]:
    """Return the documents of the case so far, the latest first."""
    found = rows.documents_of(case.unit.connection, case.id)
    return [f"{one.name}　{one.number}" if one.number else one.name for one in reversed(found)]


def _me(case: RunningCase, release: Release, row: Row[Any]) -> str:
    area = case.child_area or case.place_area
    place = f"\n本案所在地区：{area.rpartition('.')[2]}" if area else ""
    return f"此事由{release.role_name(row.role)}办理，本地区为{row.unit_name}。{place}"


def _now(model: ProcedureModel, row: Row[Any]) -> str:
    source = f"，由{row.source_name}办理后转来" if row.source_name else ""
    return f"“{model.name}”进行到这一步{source}。\n开立于 {shown(row.opened_at)}"


def _until(release: Release, task: TaskModel, row: Row[Any]) -> str:
    if row.due_at is None:
        return "文件未规定期限，或者等待外部结果。"
    known = release.sources.get(row.limit_name or task.code)
    if known is None:
        return f"自 {shown(row.limit_start or row.opened_at)} 起算。"
    length = length_words(release.parameters.get(known.key))
    start = shown(row.limit_start or row.opened_at)
    words = f"自 {start} 起算 {length}，遇休息日不顺延。" if length else "应即时办理。"
    if known.default:
        said = f"文件只写“{known.word}”" if known.word else "文件未写期限"
        return f"{words}\n{said}；此期限为本区设定，可由政策人员调整。"
    return f"{words}\n期限见条款 {known.source}。"


def length_words(value: Any) -> str:
    """Return a duration in words: 6个月, 10天, 1小时30分; nothing for what is none."""
    if isinstance(value, MonthsDuration):
        years, months = divmod(value.months, 12)
        return (f"{years}年" if years else "") + (f"{months}个月" if months else "")
    if not isinstance(value, DaysDuration):
        return ""
    if not value.is_exact:
        return f"{value.days}天"
    minutes = int(value.total_seconds) // 60
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}小时" if hours else "") + (f"{minutes}分钟" if minutes else "")


def _clause(release: Release, task: TaskModel) -> str:
    known = (release.clauses.get(one) for one in task.clauses)
    mine = [one for one in known if one and str(one.get("id", "")).startswith(release.jurisdiction.upper())]
    if not mine:
        return f"《{release.document}》未逐条写明；按程序图设定办理。"
    return "\n".join(f"{one.get('section') or ''}：{one.get('summary_zh') or ''}（{one['id']}）" for one in mine)


def _next(model: ProcedureModel, element: str) -> Iterator[str]:
    """Yield the names of the tasks and ends that can come next, through gateways."""
    seen: set[str] = set()
    here = [flow.target for flow in model.leaving(element)]
    while here:
        at = here.pop(0)
        if at in seen:
            continue
        seen.add(at)
        node = model.nodes[at]
        if at in model.tasks:
            yield f"“{node.name}”"
        elif node.kind in _ENDINGS and node.name:
            yield node.name
        if at not in model.tasks:
            here.extend(flow.target for flow in model.leaving(at))

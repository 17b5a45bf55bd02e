"""Why an item is here: the five answers of 办理说明, from the model, the directory and the clauses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.bpmn.model import ProcedureModel, TaskModel
from engine.bpmn.release import Release
from engine.service.limitviews import LimitView
from engine.service.limitwords import until_words
from engine.service.running import Live, RunningCase
from engine.service.telling import shown
from engine.store import casework as rows

#: Events in which a branch ends or is handed on.
_ENDINGS = {"endEvent", "intermediateThrowEvent"}
#: How many ways to go on are named; a gateway may have a dozen.
MOST_CHOICES = 6
#: Keys of procedures as the names of ends give them, alone or several.
KEYS = re.compile(r"P\d\d(?![\d-])(?:/P\d\d(?![\d-]))*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Five answers; a newline parts an answer from what is said smaller below it."""

    me: str
    now: str
    until: str
    clause: str
    next: str


def why(
    case: RunningCase, live: Live | None, task: TaskModel, row: Row[Any], limit: LimitView | None, *, place: bool
) -> Why:
    """Return why this item is with this unit, now, until when, by which clause, and what follows.

    ``limit`` is its limit, reckoned; ``place`` whether the reader may know where the child is.
    """
    release = live.release if live else case.release
    model = release.procedures[row.procedure].model
    return Why(
        me=_me(case, release, row, place=place),
        now=_now(model, row),
        until=_until(limit),
        clause=clauses_in_words(release, task.clauses),
        next=what_follows(release, model, task.element),
    )


def what_follows(release: Release, model: ProcedureModel, element: str) -> str:
    """Return what opens or ends when this task is done; where the answers decide, the choices stand below."""
    return spelled(release, _after(dict.fromkeys(_next(model, element))))


def references(case: RunningCase, shows: Callable[[str], bool]) -> Sequence[str]:
    """Return the documents of the case so far, the latest first; ``shows`` says of which procedures."""
    connection = case.unit.connection
    procedures = {one.id: one.procedure for one in rows.instances_of(connection, case.id)}
    found = [one for one in rows.documents_of(connection, case.id) if shows(procedures.get(one.instance_id, ""))]
    return [_titled(one.name, one.number) for one in reversed(found)]


def _titled(name: str, number: str | None) -> str:
    """Return what a document is called: its number, which mostly begins with its name."""
    if not number:
        return name
    return number if name in number else f"{name}　{number}"


def _me(case: RunningCase, release: Release, row: Row[Any], *, place: bool) -> str:
    area = (case.child_area or case.place_area) if place else None
    where = f"\n本案所在地区：{area.rpartition('.')[2]}" if area else ""
    return f"此事由{release.role_name(row.role)}办理，本地区为{row.unit_name}。{where}"


def _now(model: ProcedureModel, row: Row[Any]) -> str:
    source = f"，由{row.source_name}办理后转来" if row.source_name else ""
    if row.source_name == row.unit_name:
        source = "，上一步由本单位办理"
    return f"“{model.name}”进行到这一步{source}。\n开立于 {shown(row.opened_at)}"


def _until(limit: LimitView | None) -> str:
    return until_words(limit) if limit else "文件未规定时限，或者等待外部结果。"


def spelled(release: Release, text: str) -> str:
    """Return the text with the names of the procedures in place of their keys: 转P06/P07 means nothing to staff."""

    def names(found: re.Match[str]) -> str:
        known = (release.procedures.get(key) for key in found[0].split("/"))
        return "或者".join(f"“{one.model.name}”" if one else "其他程序" for one in known)

    return KEYS.sub(names, text)


def clauses_in_words(release: Release, clauses: Iterable[str]) -> str:
    """Return what the jurisdiction's own document says in these clauses, a line each."""
    known = (release.clauses.get(one) for one in clauses)
    mine = [one for one in known if one and str(one.get("id", "")).startswith(release.jurisdiction.upper())]
    if not mine:
        return f"《{release.document}》未逐条写明；按程序图设定办理。"
    return "\n".join(f"{one.get('section') or ''}：{one.get('summary_zh') or ''}（{one['id']}）" for one in mine)


def _after(following: Iterable[str]) -> str:
    """Return what follows as one sentence; where the answers decide, the choices stand below it."""
    choices = list(following)
    if not choices:
        return "本程序到此结束。"
    if len(choices) == 1:
        return f"进入{choices[0]}。" if choices[0].startswith("“") else f"{choices[0]}。"
    shown = "、".join(choices[:MOST_CHOICES])
    more = f"等 {len(choices)} 种" if len(choices) > MOST_CHOICES else ""
    return f"视所填内容而定，共 {len(choices)} 种去向。\n{shown}{more}"


def _next(model: ProcedureModel, element: str) -> Iterator[str]:
    """Yield the names of the tasks and ends that can come next, through gateways and into and out of subprocesses."""
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
        elif node.kind == "subProcess":
            here.extend(one.element for one in model.nodes.values() if one.scope == at and one.kind == "startEvent")
        elif node.kind == "endEvent" and node.scope:
            here.extend(flow.target for flow in model.leaving(node.scope))
        elif node.kind in _ENDINGS and node.name:
            yield node.name
        if at not in model.tasks and node.kind != "subProcess":
            here.extend(flow.target for flow in model.leaving(at))

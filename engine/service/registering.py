"""Who stands in the register: decided by the scope rule of the jurisdiction, kept with the reason, journalled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine import feel
from engine.bpmn.release import Release
from engine.core.deadlines import age_at, day_of
from engine.service import childreaders, children
from engine.service.forms import Field, form_of
from engine.service.running import RunningCase
from engine.store import casework as rows
from engine.store import register

#: What a task may say of the register.
LISTED, EXITED = "listed", "exited"
#: What the entry is where the child was looked at and is not in scope.
OUTSIDE = "outside"
#: The fact that tells a case's diagrams whether the child is in scope.
IN_SCOPE = "in_scope"
#: Fields of a task that takes a child out of the register.
REASON, EXIT_ON = "exit_reason", "exit_on"
#: What the scope rule sees beside the fields of the child's file.
AGE = "age"
#: Kinds of fields whose answer may stand in the sentence; a place or a name may not.
_TOLD = frozenset({"enum", "multi", "bool"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Whether a child is in scope, and the sentence that says why or why not."""

    in_scope: bool
    why: str


def decide(case: RunningCase, wanted: Iterable[str], answers: Mapping[str, Any]) -> None:
    """Write into the register what a task has decided of the child of this case."""
    for one in wanted:
        if one == EXITED:
            _leave(case, answers)
        else:
            _look(case)


def counted(case: RunningCase, since: Any) -> dict[str, int]:
    """Return the counts with which a cycle of an area closes: who is listed, who came and who left in the period."""
    if not case.is_of_area or case.child_area is None or not isinstance(since, date):
        return {}
    case.unit.flush()
    return register.counts(case.unit.connection, case.child_area, since)


def reconsider(case: RunningCase) -> None:
    """Let the diagrams know whether a listed child is still in scope, as on a birthday; the entry stays."""
    entry = register.entry_of(case.unit.connection, case.row.child_id)
    if entry is not None and entry.state == LISTED:
        case.learn({IN_SCOPE: _judged(case).in_scope})


def _look(case: RunningCase) -> None:
    """List the child where it is in scope; a listed child that no longer is stays so until it is taken out."""
    judged = _judged(case)
    entry = register.entry_of(case.unit.connection, case.row.child_id)
    was_listed = entry is not None and entry.state == LISTED
    state = LISTED if judged.in_scope or was_listed else OUTSIDE
    since = entry.since if entry is not None and entry.state == state else day_of(case.now)
    _write(case, state, judged, since=since)


def _leave(case: RunningCase, answers: Mapping[str, Any]) -> None:
    entry = register.entry_of(case.unit.connection, case.row.child_id)
    reason, on = answers.get(REASON), answers.get(EXIT_ON)
    exit_on = date.fromisoformat(str(on)) if on else day_of(case.now)
    since = entry.since if entry is not None else exit_on
    _write(case, EXITED, _judged(case), since=since, reason=str(reason) if reason else None, exit_on=exit_on)


def _write(
    case: RunningCase,
    state: str,
    judged: Judged,
    *,
    since: date,
    reason: str | None = None,
    exit_on: date | None = None,
) -> None:
    entry = {
        "state": state,
        "in_scope": judged.in_scope,
        "why": judged.why,
        "since": since,
        "reason": reason,
        "exit_on": exit_on,
        "case_id": case.id,
        "decided_at": case.now,
    }
    register.put(case.unit.connection, case.row.child_id, entry)
    if state == LISTED:
        childreaders.let_read(
            case.unit, case.row.child_id, childreaders.keepers(case.release, case.directory, case.child_area)
        )
    case.learn({IN_SCOPE: judged.in_scope and state == LISTED})
    body = {"state": state, "in_scope": judged.in_scope, "clause": str(case.release.scope.get("source") or "")}
    case.note("register_decided", **body, **({"reason": reason} if reason else {}))


def _judged(case: RunningCase) -> Judged:
    case.unit.flush()
    row = rows.child_by_id(case.unit.connection, case.row.child_id)
    known = children.read(case.unit, row) if row is not None else {}
    return judge(case.release, known, day_of(case.now))


def judge(release: Release, known: Mapping[str, Any], today: date) -> Judged:
    """Say by the scope rule of the jurisdiction whether a child is in scope on a day, and why or why not."""
    fields = {one.key: one for one in form_of("B-CHILD", release.blocks["B-CHILD"], release.names).fields}
    rule = feel.compile(str(release.scope.get("rule") or "true"), frozenset({*fields, AGE, *release.names}))
    born = known.get(children.BIRTH_DATE)
    age = age_at(date.fromisoformat(str(born)), today) if born else None
    seen = {**release.parameters, **dict.fromkeys(fields), **known, AGE: age}
    limit = release.scope.get("age")
    within = AGE in rule.names or limit is None or (age is not None and age < limit)
    in_scope = within and rule.evaluate(seen) is True
    return Judged(in_scope=in_scope, why=_sentence(release, fields, rule.names, known, age, in_scope=in_scope))


def _sentence(
    release: Release,
    fields: Mapping[str, Field],
    names: Iterable[str],
    known: Mapping[str, Any],
    age: int | None,
    *,
    in_scope: bool,
) -> str:
    limit = release.scope.get("age")
    reasons = [f"{age}周岁" if age is not None else "出生日期不详"]
    if limit is not None:
        reasons[0] += f"（范围为不满{limit}周岁）"
    reasons += [_told(fields[key], known.get(key)) for key in sorted(names) if key in fields]
    source = release.scope.get("source")
    term = str(release.scope.get("term") or "")
    end = f"。依据：{source}" if source else ""
    return f"{'属于' if in_scope else '不属于'}{term}：{'，'.join(reasons)}{end}"


def _told(field: Field, value: Any) -> str:
    if value in (None, "", []):
        return f"{field.title}未填"
    if field.kind not in _TOLD:
        return f"{field.title}已核对"
    if field.kind == "bool":
        return f"{field.title}：{'是' if value else '否'}"
    words = [field.label_of(str(one)) for one in (value if isinstance(value, list) else [value])]
    return f"{field.title}：{'、'.join(words)}"

"""Compare what a scenario expects with what is there, in words an officer can read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.core.deadlines import SHANGHAI


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTask:
    """An item that is open: every role and unit that may claim it."""

    code: str
    units: Mapping[str, str]  # unit key → role in which it may claim
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What is there for one child at one moment."""

    open: tuple[OpenTask, ...] = ()
    ended: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    running: frozenset[str] = frozenset()
    timers: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    documents: frozenset[str] = frozenset()
    notices: tuple[tuple[frozenset[str], str, str], ...] = ()  # roles of the unit, its key, about
    facts: Mapping[str, Any] = field(default_factory=dict)
    instances: Mapping[str, int] = field(default_factory=dict)
    open_here: frozenset[str] = frozenset()  # codes of the child's own cases
    register: Any = None  # the row of the child's entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """Other names of roles: ``supervisor`` for ``welfare_supervisor``, groups for their members.

    ``family``: the tasks, by code, that a unit enters for somebody of the family.
    """

    aliases: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]
    family: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def same(self, wanted: str, role: str) -> bool:
        wanted = self.aliases.get(wanted, wanted)
        return wanted == role or role in self.groups.get(wanted, ())

    def is_of(self, wanted: str, task: OpenTask) -> bool:
        """Say whether a task is a role's: it may claim it, or a unit enters what the family does."""
        return any(self.same(wanted, role) for role in task.units.values()) or any(
            self.same(wanted, role) for role in self.family.get(task.code, ())
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """One thing that was expected and was not so."""

    expected: str
    actual: str


def shortfalls(wanted: Mapping[str, Any], seen: Seen, names: Names) -> list[Shortfall]:
    """Return every difference; none where all holds."""
    found: list[Shortfall] = []
    for key, value in wanted.items():
        found.extend(_CHECKS[key](value, seen, names))
    return found


def _open(wanted: Iterable[Mapping[str, Any]], seen: Seen, names: Names) -> list[Shortfall]:
    found = []
    left = list(seen.open)
    for one in wanted:
        match = next((task for task in left if _is(task, one, names)), None)
        if match is None:
            found.append(Shortfall(expected=f"待办 {_told(one)}", actual=_open_now(seen, one["task"])))
        else:
            left.remove(match)
    return found


def _is(task: OpenTask, wanted: Mapping[str, Any], names: Names) -> bool:
    if task.code != wanted["task"]:
        return False
    if "role" in wanted and not names.is_of(wanted["role"], task):
        return False
    if "unit" in wanted and wanted["unit"] not in task.units:
        return False
    if "due" in wanted and task.due != _instant(wanted["due"]):
        return False
    return "overdue" not in wanted or task.overdue == wanted["overdue"]


def _not_open(wanted: Iterable[str], seen: Seen, names: Names) -> list[Shortfall]:
    there = {task.code for task in seen.open}
    return [Shortfall(expected=f"没有待办 {code}", actual=_open_now(seen, code)) for code in wanted if code in there]


def _only_open(wanted: Iterable[str], seen: Seen, names: Names) -> list[Shortfall]:
    there = seen.open_here
    if there == set(wanted):
        return []
    return [Shortfall(expected=f"待办只有 {_list(wanted)}", actual=f"待办有 {_list(there)}")]


def _ended(wanted: Mapping[str, Any], seen: Seen, names: Names) -> list[Shortfall]:
    found = []
    for procedure, ends in wanted.items():
        expected = [ends] if isinstance(ends, str) else list(ends)
        there = seen.ended.get(procedure)
        if there is None or not set(expected) <= set(there):
            state = "在办" if procedure in seen.running else "没有启动"
            actual = f"{procedure} 以“{'、'.join(there)}”结束" if there is not None else f"{procedure} {state}"
            found.append(Shortfall(expected=f"{procedure} 以“{'、'.join(expected)}”结束", actual=actual))
    return found


def _running(wanted: Iterable[str], seen: Seen, names: Names) -> list[Shortfall]:
    missing = [key for key in wanted if key not in seen.running]
    if not missing:
        return []
    return [Shortfall(expected=f"在办 {_list(missing)}", actual=f"在办的有 {_list(seen.running)}")]


def _timers(wanted: Iterable[Mapping[str, Any]], seen: Seen, names: Names) -> list[Shortfall]:
    found = []
    for one in wanted:
        there, due = seen.timers.get(one["name"], ()), _instant(one["due"])
        if (due is None and there) or (due is not None and due not in there):
            actual = "、".join(_shown(at) for at in there) or "没有"
            found.append(Shortfall(expected=f"时限 {one['name']} {_shown(due)}", actual=f"时限 {one['name']} {actual}"))
    return found


def _documents(wanted: Iterable[str], seen: Seen, names: Names) -> list[Shortfall]:
    missing = [name for name in wanted if name not in seen.documents]
    if not missing:
        return []
    return [Shortfall(expected=f"文书 {_list(missing)}", actual=f"文书有 {_list(seen.documents)}")]


def _notices(wanted: Iterable[Mapping[str, Any]], seen: Seen, names: Names) -> list[Shortfall]:
    sent = "、".join(f"{unit}（{about}）" for _, unit, about in seen.notices) or "没有"
    return [
        Shortfall(expected=f"通知 {_told(one)}", actual=f"通知有 {sent}")
        for one in wanted
        if not any(_told_so(one, notice, names) for notice in seen.notices)
    ]


def _no_notices(wanted: Iterable[Mapping[str, Any]], seen: Seen, names: Names) -> list[Shortfall]:
    return [
        Shortfall(expected=f"没有通知 {_told(one)}", actual="已发出")
        for one in wanted
        if any(_told_so(one, notice, names) for notice in seen.notices)
    ]


def _told_so(wanted: Mapping[str, Any], notice: tuple[frozenset[str], str, str], names: Names) -> bool:
    roles, unit, about = notice
    if not any(names.same(wanted["to"], role) for role in roles):
        return False
    if wanted.get("unit", unit) != unit:
        return False
    asked = wanted.get("about", about)
    return about == asked or about.startswith(f"{asked}-")


def _facts(wanted: Mapping[str, Any], seen: Seen, names: Names) -> list[Shortfall]:
    found = []
    for key, value in wanted.items():
        there = seen.facts.get(key)
        if not _same_value(there, value):
            found.append(Shortfall(expected=f"{key} = {value}", actual=f"{key} = {there}"))
    return found


def _same_value(there: Any, wanted: Any) -> bool:
    if isinstance(there, datetime) and isinstance(wanted, str):
        return there == datetime.fromisoformat(wanted)
    return bool(there == wanted) or (there is not None and str(there) == str(wanted))


def _instances(wanted: Mapping[str, int], seen: Seen, names: Names) -> list[Shortfall]:
    return [
        Shortfall(expected=f"{key} 共 {count} 次", actual=f"{key} 共 {seen.instances.get(key, 0)} 次")
        for key, count in wanted.items()
        if seen.instances.get(key, 0) != count
    ]


def _register(wanted: Mapping[str, Any], seen: Seen, names: Names) -> list[Shortfall]:
    there = {key: getattr(seen.register, key, None) for key in wanted}
    if there == dict(wanted):
        return []
    return [Shortfall(expected=f"台账 {_told(wanted)}", actual=f"台账 {_told(there)}")]


def never(codes: Iterable[str], opened: frozenset[str]) -> list[Shortfall]:
    """Return the procedures and tasks that should never have been open, and were."""
    return [Shortfall(expected=f"从未出现 {code}", actual=f"出现过 {code}") for code in codes if code in opened]


def _open_now(seen: Seen, code: str) -> str:
    same = [task for task in seen.open if task.code == code]
    shown = same or seen.open
    return "待办有 " + ("、".join(_told_task(task) for task in shown) or "无")


def _told_task(task: OpenTask) -> str:
    units = "/".join(f"{unit}（{role}）" for unit, role in task.units.items())
    return f"{task.code} {units} {_shown(task.due)}"


def _told(wanted: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in wanted.items())


def _list(names: Iterable[str]) -> str:
    return "、".join(sorted(names)) or "无"


def _shown(moment: datetime | None) -> str:
    return moment.astimezone(SHANGHAI).isoformat() if moment else "无时限"


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


_CHECKS: Mapping[str, Callable[[Any, Seen, Names], list[Shortfall]]] = {
    "open": _open,
    "not_open": _not_open,
    "only_open": _only_open,
    "ended": _ended,
    "running": _running,
    "timers": _timers,
    "documents": _documents,
    "notices": _notices,
    "no_notices": _no_notices,
    "facts": _facts,
    "instances": _instances,
    "register": _register,
}

"""What the law asks of every procedure, as data, and the reader of ``processes/floors.yaml``. Runs nothing.

A floor is of one kind. ``Before``: a task is done on every way to something. ``Alongside``: a task is
opened on every way. ``Freely``: no way but one has to wait. ``Bound``: a parameter is not longer, or
not shorter. ``Records``: a form asks. ``Masked``: a field is not shown. ``OnlyWhere``: a parameter is
used at some places alone. ``Decides``: a decision table decides a case in this way. A jurisdiction
may ask for more than a floor, and never for less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.bpmn.directoryfiles import Reader
from engine.bpmn.safetext import line_of, mappings, texts
from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import temporal

#: Where the floors stand.
FLOORS = "processes/floors.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """What a floor guards: tasks by their code, messages that are sent.

    Where the name of the procedure has one of the words of ``within``, also tasks, and for ``Before``
    throws and ends, whose name has one of ``named`` and none of ``but``: a drawing of elsewhere has
    codes of its own.
    """

    codes: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    but: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """A task is done on every way to the goal: one of these codes or names, by these roles alone, where given.

    A task of which nobody says whose it is counts as theirs where its name has a word of ``without_role``.
    """

    goal: Goal
    done: tuple[str, ...] = ()
    done_named: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    without_role: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Alongside:
    """One of the tasks is opened on every way to the goal, before it or beside it."""

    goal: Goal
    opened: tuple[str, ...]
    opened_named: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Freely:
    """From every door that leads to the goal, a way leads there past no timer."""

    goal: Goal


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A parameter, or ``scope.KEY``, is not longer (``most``) or not shorter than one of the values.

    So is a length that is written out at a task or timer with a word of ``named`` in its name, in a
    procedure with a word of ``within`` in its own.
    """

    parameter: str
    values: tuple[MonthsDuration | DaysDuration | int, ...]
    words: str
    most: bool
    within: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """A form asks for fields: always (``required``), where they are shown (``conditional``), or at all."""

    form: str
    required: tuple[str, ...] = ()
    conditional: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Masked:
    """Fields by key, or text fields by words of their title, are read by these roles alone.

    Left out are the forms of the codes ``but``: a family that gives its number there is no reporter.
    """

    fields: tuple[str, ...]
    titles: tuple[str, ...]
    to: tuple[str, ...]
    but: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OnlyWhere:
    """A parameter is named by these tasks and elements alone."""

    parameter: str
    codes: tuple[str, ...]
    elements: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decides:
    """A decision table gives these outputs for this case; one that does not ask for ``needs`` is left alone."""

    decision: str
    needs: tuple[str, ...]
    given: Mapping[str, Any]
    gives: Mapping[str, Any]


Kind: TypeAlias = Before | Alongside | Freely | Bound | Records | Masked | OnlyWhere | Decides


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """One floor: ``law`` is the article, ``says`` what it asks, in one sentence for officers."""

    id: str
    law: str
    says: str
    kind: Kind
    line: int = 0


def read_floors(data: Any, reader: Reader) -> tuple[Floor, ...]:
    """Return the floors in the order of the file; every problem goes to the reader."""
    entries = mappings(data.get("floors") if isinstance(data, Mapping) else None)
    found = [one for entry in entries if (one := _floor(entry, reader)) is not None]
    seen: set[str] = set()
    for one in found:
        if one.id in seen:
            reader.problem("floors", f"底线“{one.id}”写了两次", element=one.id, line=one.line)
        seen.add(one.id)
    return tuple(found)


def _floor(entry: Mapping[str, Any], reader: Reader) -> Floor | None:
    key, line = reader.text(entry, "id"), line_of(entry)
    kinds = sorted(set(entry) - {"id", "law", "says"})
    law, says = reader.text(entry, "law", element=key), reader.text(entry, "says", element=key)
    if len(kinds) != 1 or kinds[0] not in _READERS or not isinstance(entry[kinds[0]], Mapping):
        message = f"底线“{key}”须有且只有一种要求：{'、'.join(_READERS)}"
        reader.problem("floors", message, element=key, line=line)
        return None
    try:
        kind = _READERS[kinds[0]](entry[kinds[0]])
    except (KeyError, TypeError, ValueError):
        reader.problem("floors", f"底线“{key}”的“{kinds[0]}”没有写全，或写法不对", element=key, line=line)
        return None
    return Floor(id=key, law=law, says=says, kind=kind, line=line)


def _some(said: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = texts(said[key])
    if not found:
        raise ValueError(key)
    return found


def _any(said: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return texts(said.get(key))


def _goal(said: Mapping[str, Any]) -> Goal:
    lists = {key: _any(said, key) for key in ("within", "named", "but")}
    goal = Goal(codes=_any(said, "reach"), messages=_any(said, "send"), **lists)
    if not goal.codes and not goal.messages and not (goal.within and goal.named):
        raise ValueError("reach")
    return goal


def _before(said: Mapping[str, Any]) -> Before:
    lists = {key: _any(said, key) for key in ("done", "done_named", "roles", "without_role")}
    floor = Before(goal=_goal(said), **lists)
    if not floor.done and not floor.done_named and not floor.roles:
        raise ValueError("done")
    return floor


def _bound(said: Mapping[str, Any], *, most: bool) -> Bound:
    raw = said["value"] if isinstance(said["value"], list) else [said["value"]]
    values = tuple(_length(one) for one in raw)
    lists = {key: _any(said, key) for key in ("within", "named")}
    return Bound(
        parameter=str(said.get("parameter") or ""), values=values, words=str(said["words"]), most=most, **lists
    )


def _length(raw: Any) -> MonthsDuration | DaysDuration | int:
    value = raw if isinstance(raw, int) else temporal.parse_duration(str(raw))
    if value is None:
        raise ValueError(raw)
    return value


def _records(said: Mapping[str, Any]) -> Records:
    asked = {key: _any(said, key) for key in ("required", "conditional", "fields")}
    if not any(asked.values()):
        raise ValueError("required")
    return Records(form=str(said["form"]), **asked)


def _decides(said: Mapping[str, Any]) -> Decides:
    given, gives = dict(said["given"]), dict(said["gives"])
    return Decides(decision=str(said["decision"]), needs=_some(said, "needs"), given=given, gives=gives)


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Kind]] = {
    "before": _before,
    "alongside": lambda said: Alongside(
        goal=_goal(said), opened=_some(said, "opened"), opened_named=_any(said, "opened_named")
    ),
    "freely": lambda said: Freely(goal=_goal(said)),
    "at_most": lambda said: _bound(said, most=True),
    "at_least": lambda said: _bound(said, most=False),
    "records": _records,
    "masked": lambda said: Masked(
        fields=_some(said, "fields"), titles=_any(said, "titles"), to=_some(said, "to"), but=_any(said, "but")
    ),
    "decides": _decides,
    "only_where": lambda said: OnlyWhere(
        parameter=str(said["parameter"]), codes=_some(said, "codes"), elements=_any(said, "elements")
    ),
}

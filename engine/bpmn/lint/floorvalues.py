"""Floors of the law about limits, forms and who may read a field. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from engine import feel
from engine.bpmn.decisionfiles import DecisionFile
from engine.bpmn.decisions import DecisionError
from engine.bpmn.directory import Jurisdiction
from engine.bpmn.floors import Bound, Decides, Masked, Records
from engine.bpmn.formfiles import expressions, kind_of
from engine.bpmn.model import ProcedureModel
from engine.bpmn.properties import ISO_DURATION
from engine.bpmn.safetext import line_of
from engine.core.civil import DaysDuration, MonthsDuration

Length: TypeAlias = MonthsDuration | DaysDuration
_DAY = 86_400
_SHORTEST_MONTHS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_LONGEST_MONTHS = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)
_WORDS = re.compile(r"[^\W\d]\w*")


def of_parameters(jurisdiction: Jurisdiction, floor: Bound) -> Iterator[tuple[int, str]]:
    """Yield line and sentence where a parameter, or a number of the scope, undercuts a bound."""
    group, _, key = floor.parameter.rpartition(".")
    if group == "scope":
        number = jurisdiction.scope.get(key)
        if isinstance(number, int) and not _keeps(number, floor, working=False):
            yield line_of(jurisdiction.scope, key), f"scope 的“{key}”是 {number}，{_side(floor)}{floor.words}"
        return
    one = jurisdiction.parameters.get(floor.parameter)
    if one is None:
        return
    working = str(getattr(getattr(one, "rule", None), "days", "")) == "working"
    if not _keeps(_value(one.raw), floor, working=working):
        yield one.line, f"参数“{floor.parameter}”是 {one.raw}，{_side(floor)}{floor.words}"


def of_limits(model: ProcedureModel, floor: Bound) -> Iterator[tuple[str, str]]:
    """Yield element and sentence where a diagram writes out another length under the parameter's name, or its own."""
    here = any(word in model.name for word in floor.within)
    for element, node in model.nodes.items():
        meant = here and any(word in node.name for word in floor.named)
        for name, text in _lengths(model, element):
            length = _written(text) if meant or (name and name == floor.parameter) else None
            if length is not None and not _keeps(length, floor, working=False):
                yield element, f"“{node.name or element}”的期限写成了 {text}，{_side(floor)}{floor.words}"


def _lengths(model: ProcedureModel, element: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of the limits that stand at a node."""
    if element in model.timers:
        yield "", model.timers[element].text
    task = model.tasks.get(element)
    for named in (task.limit, *task.watch) if task else ():
        if named is not None:
            yield named.name, named.feel or ""


def of_form(schema: Mapping[str, Any], floor: Records) -> Iterator[tuple[str, str]]:
    """Yield field and sentence where a form does not ask what it must."""
    fields: Mapping[str, Any] = schema.get("properties", {})
    for key in (*floor.required, *floor.conditional, *floor.fields):
        if key not in fields:
            yield key, f"表单没有字段“{key}”"
        elif _may_be_left_out(schema, key, floor):
            yield key, f"“{fields[key].get('title', key)}”（{key}）可以不填"


def _may_be_left_out(schema: Mapping[str, Any], key: str, floor: Records) -> bool:
    prop, always = schema["properties"][key], key in schema.get("required", ())
    if key in floor.required:
        return not always or "x-visible-when" in prop
    return key in floor.conditional and not always and "x-required-when" not in prop


def shown_fields(schema: Mapping[str, Any], floor: Masked) -> Iterator[tuple[str, str]]:
    """Yield field and sentence where somebody else may read what is masked, or it becomes process data."""
    for key, prop in schema.get("properties", {}).items():
        if not _is_masked(key, prop, floor):
            continue
        title, readers = prop.get("title", key), prop.get("x-masked") or ()
        others = [role for role in readers if role not in floor.to]
        if not readers:
            yield key, f"“{title}”（{key}）没有写 x-masked，谁都能看到"
        elif others:
            yield key, f"“{title}”（{key}）还让“{'、'.join(others)}”看到"
        elif prop.get("x-decides") is True:
            yield key, f"“{title}”（{key}）写了 x-decides，会成为个案事实"


def named_by_form(schema: Mapping[str, Any], floor: Masked) -> Iterator[tuple[str, str]]:
    """Yield field and sentence where an expression of a form takes over what is masked."""
    for key, text in expressions(schema):
        for word in sorted(set(_WORDS.findall(text)) & set(floor.fields) - {key}):
            if f"case.{word}" in text:
                yield key, f"“{text}”把“{word}”带到了别的字段"


def named_by_diagram(model: ProcedureModel, floor: Masked) -> Iterator[tuple[str, int, str]]:
    """Yield element, line and sentence where an expression of a diagram names what is masked."""
    for one in model.expressions:
        for word in sorted(set(_WORDS.findall(one.text)) & set(floor.fields)):
            if f'"{word}"' not in one.text:
                yield one.element, one.line, f"“{one.text}”用到了“{word}”，会写进过程数据"


def of_decision(table: DecisionFile, floor: Decides) -> Iterator[str]:
    """Yield what a decision table decides otherwise."""
    asked = " ".join(one.text or "" for one in table.model.root.iter("{*}text"))
    if not set(floor.needs) <= set(_WORDS.findall(asked)):
        return
    now = datetime(2026, 1, 1, tzinfo=UTC)
    empty = dict.fromkeys(_WORDS.findall(asked))
    try:
        outputs = table.evaluate({**empty, "now": now, **floor.given}).outputs
    except (feel.FeelError, DecisionError):
        return
    for name, wanted in floor.gives.items():
        if outputs.get(name) != wanted:
            said = "，".join(f"{key} = {value}" for key, value in floor.given.items())
            yield f"{said} 时“{name}”得出 {outputs.get(name)}，应为 {wanted}"


def _is_masked(key: str, prop: Mapping[str, Any], floor: Masked) -> bool:
    if key in floor.fields:
        return True
    said = str(prop.get("title", ""))
    return kind_of(prop) in {"text", "ref"} and any(said.startswith(word) for word in floor.titles)


def _value(raw: Any) -> Any:
    try:
        return feel.parse_duration(raw) if isinstance(raw, str) and ISO_DURATION.match(raw) else raw
    except feel.FeelError:
        return None


def _written(text: str) -> Length | None:
    try:
        value = feel.parse_duration(text) if ISO_DURATION.match(text) else feel.compile(text, ()).evaluate({})
    except (feel.FeelError, feel.TooMuch):
        return None
    return value if isinstance(value, (MonthsDuration, DaysDuration)) else None


def _keeps(value: Any, floor: Bound, *, working: bool) -> bool:
    """Return whether a value surely keeps to a bound; what cannot be compared does."""
    return any(_within(value, one, most=floor.most, working=working) for one in floor.values)


def _within(value: Any, bound: Length | int, *, most: bool, working: bool) -> bool:
    if isinstance(bound, int):
        number = None if isinstance(value, bool) or not isinstance(value, (int, float)) else value
        return number is None or (number <= bound if most else number >= bound)
    if not isinstance(value, (MonthsDuration, DaysDuration)):
        return True
    if type(value) is type(bound) and not working:
        (one, other) = (value, bound) if most else (bound, value)
        return not other < one  # type: ignore[operator]
    (least, longest), (low, high) = _seconds(value, working=working), _seconds(bound, working=False)
    return longest <= low if most else least >= high


def _seconds(value: Length, *, working: bool) -> tuple[float, float]:
    """Return the least and the greatest length that a duration can have, in seconds."""
    if isinstance(value, MonthsDuration):
        years, months = divmod(value.months, 12)
        leaps = (years + 3) // 4
        least = years * 365 + max(0, years // 4 - 1) + _SHORTEST_MONTHS[months]
        return least * _DAY, (years * 365 + leaps + _LONGEST_MONTHS[months]) * _DAY
    seconds = float(value.total_seconds)
    # Five working days a week, and the longest row of days on which nobody works is nine.
    return seconds, seconds * 7 / 5 + 9 * _DAY if working and value.days else seconds


def _side(floor: Bound) -> str:
    return "长于" if floor.most else "短于"

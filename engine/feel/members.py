"""What a value has: members after a dot, a type, items to loop over, and a way to be called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import limits, temporal, values
from engine.feel.errors import TooMuch
from engine.feel.library.registry import Builtin
from engine.feel.nodes import Type
from engine.feel.runtime import Function, Run, Value
from engine.feel.wide import Wide

_DAY = 86400


def member(value: Value, name: str, run: Run) -> Value:  # noqa: PLR0911
    """Return ``value.name``; of a list, the member of each item; null where there is none."""
    if type(value) is list:
        run.spend(len(value))
        return [member(item, name, run) for item in value]
    if isinstance(value, Mapping):
        return value.get(name)
    match value:
        case Wide():
            return _of_wide(value, name)
        case date() | time():
            return _of_moment(value, name)
        case MonthsDuration():
            return _of_months(value, name)
        case DaysDuration():
            return _of_days(value, name)
        case values.Range():
            return _of_range(value, name)
        case values.Sameness(value=only, wanted=True):
            return _of_range(values.Range(only, only, low_closed=True, high_closed=True), name)
        case _:
            return None


def _of_moment(value: date | time, name: str) -> Value:  # noqa: PLR0911
    if name in {"year", "month", "day"} and isinstance(value, date):
        return Decimal(getattr(value, name))
    if name == "weekday" and isinstance(value, date):
        return Decimal(value.isoweekday())
    if isinstance(value, date) and not isinstance(value, datetime):
        return Decimal(0) if name in {"hour", "minute", "second"} else _utc_offset(name)
    if name in {"hour", "minute"}:
        return Decimal(getattr(value, name))
    if name == "second":
        return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000
    if name == "time offset":
        offset = temporal.offset_of(value)
        return None if offset is None else DaysDuration(0, temporal.seconds_of(offset))
    if name == "timezone":
        return getattr(value.tzinfo, "key", None)
    return None


def _of_wide(value: Wide, name: str) -> Value:
    if name == "year":
        return Decimal(value.year)
    found = _of_moment(value.base, name)
    return found + Decimal(value.nanos) / 1_000_000_000 if name == "second" and value.nanos else found


def _utc_offset(name: str) -> Value:
    return DaysDuration() if name == "time offset" else "Etc/UTC" if name == "timezone" else None


def _of_months(value: MonthsDuration, name: str) -> Value:
    if name not in {"years", "months"}:
        return None
    years, months = divmod(abs(value.months), 12)
    return Decimal((years if name == "years" else months) * (-1 if value.months < 0 else 1))


def _of_days(value: DaysDuration, name: str) -> Value:
    total = abs(value.total_seconds)
    parts = {
        "days": total // _DAY, "hours": total % _DAY // 3600, "minutes": total % 3600 // 60, "seconds": total % 60,
    }  # fmt: skip
    part = parts.get(name)
    return None if part is None else -part if value.total_seconds < 0 and part else part


def _of_range(value: values.Range, name: str) -> Value:
    match name:
        case "start":
            return value.low
        case "end":
            return value.high
        case "start included":
            return value.low_closed
        case "end included":
            return value.high_closed
        case _:
            return None


def iterable(value: Value) -> Iterable[Value] | None:
    """Return what a loop goes over; None for what has no items."""
    if type(value) is list:
        return value
    if type(value) is values.Range:
        if value.low is None or value.high is None:
            return None
        if values.less(value.high, value.low) is not False:
            return None
        start, end = _whole_ends(value)
        return None if start is None else [] if start > end else steps(start, end)
    return None if value is None else [value]


def _whole_ends(value: values.Range) -> tuple[Value, Value]:
    if type(value.low) is Decimal:
        return value.low + (not value.low_closed), value.high - (not value.high_closed)
    if type(value.low) is date:
        return (
            value.low + timedelta(days=not value.low_closed),
            value.high - timedelta(days=not value.high_closed),
        )
    return None, None


def steps(start: Value, end: Value) -> Iterable[Value] | None:
    """Return the whole numbers or days from ``start`` to ``end``, downwards too, one by one."""
    if type(start) is Decimal and type(end) is Decimal:
        return _numbers(start, end)
    if type(start) is date and type(end) is date:
        way = 1 if start <= end else -1
        return (start + timedelta(days=way * n) for n in range(abs((end - start).days) + 1))
    return None


def _numbers(start: Decimal, end: Decimal) -> Iterable[Value] | None:
    if start != start.to_integral_value() or end != end.to_integral_value() or max(abs(start), abs(end)) > 10**15:
        return None
    way = 1 if start <= end else -1
    return (Decimal(n) for n in range(int(start), int(end) + way, way))


def call(function: Value, arguments: list[Value], names: tuple[str, ...] | None, run: Run) -> Value:
    """Call a function value, by place or by name; what is no function gives null."""
    if type(function) is not Function:
        return None
    if names is not None:
        given = dict(zip(names, arguments, strict=True))
        if set(given) != set(function.parameters):
            return None
        arguments = [given[name] for name in function.parameters]
    if function.types:
        if len(arguments) != len(function.parameters):
            return None
        for place, (value, type_) in enumerate(zip(arguments, function.types, strict=True)):
            fitted = fit(value, type_)
            if fitted is _WRONG:
                return None
            arguments[place] = fitted
    return function.body(run, arguments)


_WRONG: Any = object()


def fit(value: Value, type_: Type | None) -> Any:
    """Return the value coerced to a declared type, or ``_WRONG``."""
    if type_ is None or value is None or is_instance(value, type_):
        return value
    if type(value) is list and len(value) == 1 and is_instance(value[0], type_):
        return value[0]
    if type_.name == "list" and (not type_.parts or is_instance(value, type_.parts[0])):
        return [value]
    if type_.name == "date and time" and type(value) is date:
        return datetime.combine(value, temporal.MIDNIGHT, UTC)
    return _WRONG


def library_function(builtin: Builtin) -> Function:
    """Return a function of the library as a value."""
    names = tuple(parameter.name for parameter in builtin.signatures[0].parameters)
    return Function(names, lambda run, arguments: builtin.call(run, arguments, None), name=builtin.name)


def is_instance(value: Value, type_: Type) -> bool:  # noqa: PLR0911
    """Return whether the value is of the type."""
    if value is None:
        return type_.name == "Null"
    match type_.name:
        case "Any":
            return True
        case "list":
            return type(value) is list and all(is_instance(item, part) for part in type_.parts for item in value)
        case "context":
            return type(value) is dict and all(
                name in value and (value[name] is None or is_instance(value[name], part))
                for name, part in type_.members
            )
        case "range":
            return type(value) is values.Range and all(
                end is None or is_instance(end, part) for part in type_.parts for end in (value.low, value.high)
            )
        case "function":
            return type(value) is Function and _takes(value, type_)
        case "dayTimeDuration":
            return type(value) is DaysDuration
        case "yearMonthDuration":
            return type(value) is MonthsDuration
        case "dateTime":
            return values.kind_of(value) == "date and time"
        case name:
            return values.kind_of(value) == name


def _takes(function: Function, wanted: Type) -> bool:
    """Return whether a function may stand where one of the wanted type is called."""
    if wanted.result is None:
        return True
    if len(function.parameters) != len(wanted.parts):
        return False
    declared = function.types or (None,) * len(wanted.parts)
    return all(
        own is None or own.name == "Any" or own == part for own, part in zip(declared, wanted.parts, strict=True)
    )


def without_wide(value: Value) -> Value:
    """Return the value with null for dates that only FEEL knows, so that they stay inside expressions."""
    if type(value) is list:
        return [without_wide(item) for item in value]
    if type(value) is dict:
        return {key: without_wide(item) for key, item in value.items()}
    return None if type(value) is Wide else value


def check_result(value: Value, run: Run, depth: int = 0) -> None:
    """Refuse a result that is too deep or too large to be written down.

    Raises:
        TooMuch: it is.
    """
    if type(value) is not list and type(value) is not dict:
        return
    if depth > limits.MAX_VALUE_DEPTH:
        raise TooMuch(f"结果套得太深：最多 {limits.MAX_VALUE_DEPTH} 层")
    run.spend(len(value) + 1)
    for item in value.values() if type(value) is dict else value:
        check_result(item, run, depth + 1)

"""FEEL's values: which there are, when two are equal, which is less, and how one is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.core.civil import DaysDuration, MonthsDuration
from engine.feel import temporal
from engine.feel.digits import NUMBERS
from engine.feel.runtime import Function, Run, Value
from engine.feel.wide import Wide, compare


@dataclass(frozen=True, slots=True)
class Range:
    """A range; an end that is None is open to infinity."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Sameness:
    """The test ``= value``, or ``!= value`` if not ``wanted``."""

    value: Value
    wanted: bool


NOTHING = Range((), (), low_closed=False, high_closed=False)
"""A test that cannot be answered: it compares with null."""

_LARGEST = 6144
_NATIVE = frozenset(
    {
        type(None),
        bool,
        Decimal,
        str,
        date,
        datetime,
        time,
        MonthsDuration,
        DaysDuration,
        Range,
        Function,
        Sameness,
        Wide,
    }
)
_ORDERED = frozenset({Decimal, str, date, MonthsDuration, DaysDuration})
_PLAIN = frozenset({Decimal, str, bool, date, MonthsDuration, DaysDuration})


def to_feel(value: Any, run: Run | None = None) -> Value:
    """Return a value from outside as FEEL has it; what FEEL has no place for is null."""
    kind = type(value)
    if kind in _NATIVE:
        return value
    if isinstance(value, list | tuple | set | frozenset | Mapping):
        return _many_to_feel(value, run)
    if isinstance(value, str):  # an enumeration of texts
        return str(value)
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.timetz())
    return _number(value) if isinstance(value, int | float) else None


def _many_to_feel(value: Any, run: Run | None) -> Value:
    if run is not None:
        run.spend(len(value) + 3)
    if isinstance(value, Mapping):
        return {str(key): to_feel(item, run) for key, item in value.items()}
    return [to_feel(item, run) for item in value]


def _number(value: float) -> Decimal | None:
    """Return a number in FEEL's 34 digits; an infinite one is null."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    return NUMBERS.plus(exact) if exact.is_finite() and exact.adjusted() < _LARGEST else None


def _is_day(value: Value) -> bool:
    return isinstance(value, date | Wide)


def kind_of(value: Value) -> str:
    """Return FEEL's name of the value's type."""
    if type(value) is Wide:
        return "date and time" if value.is_moment else "date"
    return _KINDS.get(type(value), "Any")


_KINDS: dict[type, str] = {
    type(None): "Null", bool: "boolean", Decimal: "number", str: "string", list: "list", dict: "context",
    date: "date", datetime: "date and time", time: "time", MonthsDuration: "years and months duration",
    DaysDuration: "days and time duration", Range: "range", Function: "function", Sameness: "range",
}  # fmt: skip


def equal(a: Value, b: Value, run: Run) -> bool | None:  # noqa: C901, PLR0911
    """Return whether two values are equal; None where their types differ."""
    if a is None or b is None:
        return a is b
    kind = type(a)
    if kind is Wide or type(b) is Wide:
        order = compare(a, b) if _is_day(a) and _is_day(b) else None
        return None if order is None else order == 0
    if kind is not type(b):
        return False if {kind, type(b)} == {Range, Sameness} else None
    if kind in _PLAIN:
        return bool(a == b)
    run.spend(1)
    if kind is list:
        return _equal_lists(a, b, run)
    if kind is dict:
        if a.keys() != b.keys():
            return False
        return all(equal(item, b[key], run) is True for key, item in a.items())
    if kind is datetime or kind is time:
        return temporal.equal(a, b)
    if kind is Sameness:
        return a.wanted is b.wanted and equal(a.value, b.value, run)
    if kind is Range:
        same = equal(a.low, b.low, run) and equal(a.high, b.high, run)
        return bool(same) and (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)
    return a is b


def _equal_lists(a: list[Value], b: list[Value], run: Run) -> bool | None:
    if len(a) != len(b):
        return False
    return all(equal(one, other, run) is True for one, other in zip(a, b, strict=True))


def less(a: Value, b: Value) -> bool | None:
    """Return whether ``a`` is before ``b``; None where they have no order."""
    kind = type(a)
    if kind is Wide or type(b) is Wide:
        order = compare(a, b) if _is_day(a) and _is_day(b) else None
        return None if order is None else order < 0
    if kind is not type(b):
        return None
    if kind in _ORDERED:
        return bool(a < b)
    if kind is datetime or kind is time:
        return temporal.less(a, b)
    return None


def less_or_equal(a: Value, b: Value, run: Run) -> bool | None:
    """Return whether ``a`` is not after ``b``; None where they have no order."""
    before = less(a, b)
    return True if before else (None if before is None else equal(a, b, run))


def contains(range_: Range, value: Value, run: Run) -> bool | None:
    """Return whether the value lies in the range; None where they cannot be compared."""
    if value is None:
        return None
    inside: bool | None = True
    if range_.low is not None:
        inside = less_or_equal(range_.low, value, run) if range_.low_closed else less(range_.low, value)
    if inside is not True or range_.high is None:
        return inside
    return less_or_equal(value, range_.high, run) if range_.high_closed else less(value, range_.high)


def matches(value: Value, test: Value, run: Run) -> bool | None:
    """Return whether the value passes a test: lies in the range, is in the list, or is equal."""
    run.spend(1)
    kind = type(test)
    if kind is Range and type(value) is not Range:
        return contains(test, value, run)
    if kind is Sameness:
        same = equal(value, test.value, run)
        return None if same is None else same is test.wanted
    if kind is list:
        if type(value) is list and equal(value, test, run):
            return True
        return any(matches(value, one, run) is True for one in test)
    return equal(value, test, run)


def write(value: Value, run: Run, *, inside: bool = False) -> str:  # noqa: PLR0911
    """Return the value as FEEL text: what ``string()`` gives."""
    run.spend(1)
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return write_number(value)
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if inside else value
        case list():
            return run.text("[" + ", ".join(write(item, run, inside=True) for item in value) + "]")
        case dict():
            parts = (f"{_key(key)}: {write(item, run, inside=True)}" for key, item in value.items())
            return run.text("{" + ", ".join(parts) + "}")
        case Sameness():
            return f"({'=' if value.wanted else '!='} {write(value.value, run, inside=True)})"
        case Range():
            return _write_range(value, run)
        case Function():
            return f"function {value.name}".strip()
        case _:
            text = temporal.write(value)
            return f'@"{text}"' if inside else text


def _key(key: str) -> str:
    return key if key.replace(" ", "_").isidentifier() else '"' + key.replace('"', '\\"') + '"'


def _write_range(value: Range, run: Run) -> str:
    low = "" if value.low is None else write(value.low, run, inside=True)
    high = "" if value.high is None else write(value.high, run, inside=True)
    if not low or not high:
        sign = {True: "=", False: ""}[value.high_closed if not low else value.low_closed]
        return f"({'<' if not low else '>'}{sign} {high or low})"
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def write_number(value: Decimal) -> str:
    """Return the number without an exponent or idle zeros."""
    if not value.is_finite() or value.adjusted() > _LARGEST or value.adjusted() < -2 * _LARGEST:
        return "null"
    if value == value.to_integral_value():
        return format(value.quantize(Decimal(1)) if value.adjusted() < 28 else value, "f").lstrip("+") if value else "0"  # noqa: PLR2004
    return format(value.normalize(), "f")
